import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readVersions } from '../../src/versions.ts';
import { fakeEngine, VERSION } from '../engine/fake-engine.ts';
import { temporaryFolder } from '../temporary.ts';
import { nodeFolder, runCli } from './run-cli.ts';

interface Report {
  readonly schema: number;
  readonly ok: boolean;
  readonly checks: readonly {
    readonly id: string;
    readonly status: string;
    readonly message: string;
    readonly remedy?: string;
    readonly details?: readonly string[];
  }[];
}

async function doctor(argv: readonly string[], env: Record<string, string> = {}) {
  const run = await runCli('ovenbird', ['doctor', '--json', ...argv], {
    env: { HOME: temporaryFolder(), ...env },
  });
  const report = JSON.parse(run.stdout) as Report;
  return { ...run, report, check: (id: string) => report.checks.find((each) => each.id === id) };
}

test('no engine: that check fails with what to do, the others still say what they can', async () => {
  const { status, report, check } = await doctor(['--engine', 'unix:///nonexistent/docker.sock']);
  expect(status).toBe(1);
  expect(report).toMatchObject({ schema: 1, ok: false });
  expect(check('engine')).toMatchObject({
    status: 'fail',
    details: ['unix:///nonexistent/docker.sock (--engine): no socket there'],
  });
  expect(check('engine')?.remedy).toBeTruthy();
  expect(check('base-images')).toMatchObject({ status: 'warn' });
  expect(check('node')).toMatchObject({ status: 'ok' });
});

test('an engine that answers half of what it is asked', async () => {
  const { socket } = await fakeEngine({ '/version': { body: { ...VERSION, Arch: 'amd64' } } });
  const { check } = await doctor(['--engine', socket]);
  expect(check('engine')?.message).toContain('Docker Engine 28.5.2 (API 1.51)');
  expect(check('platform')).toMatchObject({ status: 'ok' });
  expect(check('disk')).toMatchObject({ status: 'warn' });
  expect(check('base-images')).toMatchObject({ status: 'fail' });
});

test('images that only some builds need are missing: a warning that names them, a line for each', async () => {
  const { python, debian } = await readVersions();
  const amd64 = { body: { Id: 'sha256:11', Os: 'linux', Architecture: 'amd64' } };
  const here = [...Object.values(python).map(({ image }) => image), debian.bookworm.image];
  const { socket } = await fakeEngine({
    '/version': { body: { ...VERSION, Arch: 'amd64' } },
    ...Object.fromEntries(here.map((image) => [`/images/${image}/json`, amd64])),
  });
  const { check } = await doctor(['--engine', socket]);
  const versions = Object.keys(python);
  expect(check('base-images')).toMatchObject({
    status: 'warn',
    message: `none for ${versions.map((each) => `Python ${each} on bullseye`).join(', ')}, Debian bullseye, Debian trixie`,
  });
  expect(check('base-images')?.details).toHaveLength(2 * versions.length + Object.keys(debian).length);
  expect(check('base-images')?.details).toContain('Debian bookworm: debian:bookworm-slim (here already)');
  expect(check('base-images')?.remedy).toBeTruthy();
});

test('a CA bundle that is named and not there fails', async () => {
  const { check, status } = await doctor(['--engine', 'unix:///nonexistent', '--ca', '/nonexistent/ca.pem']);
  expect(check('ca')).toMatchObject({ status: 'fail' });
  expect(status).toBe(1);
});

test("which flash comes first, and that ovenbird's always works", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'flash'), '#!/bin/sh\n');
  chmodSync(join(folder, 'flash'), 0o755);
  const { check } = await doctor(['--engine', 'unix:///nonexistent'], { PATH: `${folder}:${nodeFolder()}` });
  expect(check('path-flash')?.message).toBe(
    `${join(folder, 'flash')} comes first on PATH and is not ovenbird's; "ovenbird flash …" always works`,
  );
  expect(check('path-jlserve')?.message).toContain('not on PATH');
});

test('for people: a line a check, a remedy where there is one', async () => {
  const { stdout, status } = await runCli('ovenbird', ['doctor', '--engine', 'unix:///nonexistent']);
  expect(stdout).toMatch(/^✓ Node\.js: /);
  expect(stdout).toMatch(/^✗ Docker engine: .*\n.*no socket there\n {2}→ /m);
  expect(status).toBe(1);
});
