import { basename, dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import { afterAll, onTestFinished } from 'vitest';
import { CONTAINER_LABEL } from '../../src/engine/create-container.ts';
import { openProvider } from '../../src/providers/registry.ts';
import { dockerAt } from '../engine-cache.ts';
import { ENGINE } from './jlserve-fixtures.ts';
import { buildWindowsStage } from './windows-stages.ts';
import { ask, type HttpAnswer, type Used } from './machine.ts';

/** Of wine's own DLLs those that a bare Windows lacks count as missing. */
const STRICT = [
  'msvcp140',
  'msvcp140_1',
  'msvcp140_2',
  'vcruntime140',
  'vcruntime140_1',
  'concrt140',
  'vcomp140',
];

let made: Promise<string> | undefined;

/** The image of a Windows without Python: the stage that smoke runs start from. Made once a file. */
function bareWindows(): Promise<string> {
  made ??= makeImage();
  return made;
}

afterAll(async () => {
  if (made)
    await dockerAt(ENGINE)
      .getImage(await made)
      .remove({ force: true });
});

async function makeImage(): Promise<string> {
  const name = `ovenbird-test/bare-windows:${process.pid}`;
  const provider = await openProvider({
    engine: ENGINE,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  try {
    await buildWindowsStage({
      provider,
      python: '3.12',
      stage: 'windows',
      output: { type: 'image', name, labels: {} },
    });
  } finally {
    await provider.close();
  }
  return name;
}

/** A user's Windows: no Python, no network, nothing that is wine's own and not Windows'. */
async function machine(program: string, argv: readonly string[]): Promise<Dockerode.Container> {
  const overrides = `winemenubuilder.exe,winedbg.exe,mscoree,mshtml=;ucrtbase=n,b;${STRICT.join(',')}=n`;
  const container = await dockerAt(ENGINE).createContainer({
    Image: await bareWindows(),
    Cmd: ['wine', `Z:\\app\\${basename(program)}`, ...argv],
    WorkingDir: '/tmp',
    Env: [`WINEDLLOVERRIDES=${overrides}`],
    Labels: { [CONTAINER_LABEL]: 'test' },
    HostConfig: {
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      PidsLimit: 200,
      Binds: [`${dirname(program)}:/app:ro`],
    },
  });
  onTestFinished(() => container.remove({ force: true, v: true }));
  return container;
}

/** Runs an .exe with arguments, until it ends. Lines of its output end as they do here. */
export async function runWindows(program: string, argv: readonly string[]): Promise<Used> {
  const container = await machine(program, argv);
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const said = { stdout: '', stderr: '' };
  const into = (name: keyof typeof said): PassThrough =>
    new PassThrough().setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  container.modem.demuxStream(stream, into('stdout'), into('stderr'));
  await container.start();
  await finished(stream, { writable: false });
  const { StatusCode } = (await container.wait()) as { StatusCode: number };
  return {
    status: StatusCode,
    stdout: said.stdout.replaceAll('\r\n', '\n'),
    stderr: said.stderr.replaceAll('\r\n', '\n'),
  };
}

/** Starts an .exe that serves. @returns a way to ask it for paths */
export async function serveWindows(
  program: string,
  { port, argv = [] }: { readonly port: number; readonly argv?: readonly string[] },
): Promise<(path: string) => Promise<HttpAnswer>> {
  const container = await machine(program, argv);
  await container.start();
  return (path) => ask(container, port, path);
}
