import { join } from 'node:path';
import Docker from 'dockerode';
import { describe, expect, test } from 'vitest';
import { ensureBase, type BaseQuestion } from '../../src/engine/base.ts';
import { openRegistryMemory } from '../../src/engine/registry-memory.ts';
import { OvenbirdError } from '../../src/errors.ts';
import { temporaryFolder } from '../temporary.ts';
import { fakeEngine, type Answers, type FakeEngine } from './fake-engine.ts';

const REFERENCE = 'python:3.12-slim-bookworm';
const STAND_IN = 'ovenbird/python:3.12';
const LOCAL = `/images/${REFERENCE}/json`;
const SUBSTITUTE = `/images/${STAND_IN}/json`;
const REGISTRY = `/distribution/${REFERENCE}/json`;

const image = (architecture: string, id = 'sha256:11') => ({
  body: { Id: id, Os: 'linux', Architecture: architecture },
});
const unreachable = {
  status: 500,
  body: { message: 'Get "https://registry/v2/": dial tcp: lookup registry: no such host' },
};
const there = (architecture = 'amd64') => ({
  body: {
    Descriptor: { digest: 'sha256:22' },
    Platforms: [{ os: 'linux', architecture, ...(architecture === 'arm64' ? { variant: 'v8' } : {}) }],
  },
});

interface Asked {
  readonly engine: FakeEngine;
  readonly notes: string[];
  readonly ask: (more?: Partial<BaseQuestion>) => ReturnType<typeof ensureBase>;
}

async function machine(answers: Answers): Promise<Asked> {
  const engine = await fakeEngine(answers);
  const docker = new Docker({ socketPath: engine.socket });
  const notes: string[] = [];
  const memory = openRegistryMemory(join(temporaryFolder(), 'cache'));
  const onEvent: BaseQuestion['onEvent'] = (event) =>
    void (event.type === 'note' && notes.push(event.message));
  const question = {
    docker,
    reference: REFERENCE,
    platform: 'linux/amd64',
    standIn: STAND_IN,
    onEvent,
    memory,
  };
  return { engine, notes, ask: (more) => ensureBase({ ...question, ...more }) };
}

async function failure(asking: Promise<unknown>): Promise<OvenbirdError> {
  const thrown = await asking.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof OvenbirdError) return thrown;
  throw new Error(`expected an OvenbirdError, got ${String(thrown)}`);
}

describe('which image a build starts from', () => {
  test('one that the engine has: no registry is asked', async () => {
    const { ask, engine } = await machine({ [LOCAL]: image('amd64') });
    expect(await ask()).toEqual({ reference: REFERENCE, id: 'sha256:11' });
    expect(engine.asked.toSorted()).toEqual([LOCAL, SUBSTITUTE].toSorted());
  });

  test('one that the registry has, also with a stand-in at hand', async () => {
    const { ask, engine } = await machine({ [SUBSTITUTE]: image('amd64'), [REGISTRY]: there() });
    expect(await ask()).toEqual({ reference: REFERENCE, digest: 'sha256:22' });
    // The next build is not kept waiting for the registry again.
    expect(await ask()).toEqual({ reference: REFERENCE, digest: 'sha256:22' });
    expect(engine.asked.filter((path) => path === REGISTRY)).toHaveLength(1);
  });

  test('the stand-in where no registry can be reached, and it is said', async () => {
    const { ask, notes, engine } = await machine({
      [SUBSTITUTE]: image('amd64', 'sha256:33'),
      [REGISTRY]: unreachable,
    });
    expect(await ask()).toEqual({ reference: STAND_IN, id: 'sha256:33' });
    expect(await ask()).toEqual({ reference: STAND_IN, id: 'sha256:33' });
    expect(notes[0]).toContain(`building in ${STAND_IN}`);
    expect(engine.asked.filter((path) => path === REGISTRY)).toHaveLength(1);
  });

  test('a stand-in of another architecture does not serve', async () => {
    const { ask } = await machine({ [SUBSTITUTE]: image('arm64'), [REGISTRY]: unreachable });
    expect((await failure(ask())).code).toBe('BASE_IMAGE_UNAVAILABLE');
  });

  test('a local image of another architecture is said, and its registry asked', async () => {
    const { ask, notes } = await machine({ [LOCAL]: image('arm64'), [REGISTRY]: there() });
    expect(await ask()).toEqual({ reference: REFERENCE, digest: 'sha256:22' });
    expect(notes[0]).toContain('is for linux/arm64, not for linux/amd64');
  });

  test('arm64 and arm64/v8 are the same', async () => {
    const { ask } = await machine({ [REGISTRY]: there('arm64') });
    expect(await ask({ platform: 'linux/arm64' })).toMatchObject({ digest: 'sha256:22' });
  });

  test.each([401, 403])('a registry that wants credentials (%d): BuildKit brings them', async (status) => {
    const { ask } = await machine({ [REGISTRY]: { status, body: { message: 'unauthorized' } } });
    expect(await ask()).toEqual({ reference: REFERENCE });
  });
});

test('images that are asked for at the same time are all remembered', async () => {
  const references = ['a', 'b', 'c', 'd'];
  const paths = references.map((reference) => `/distribution/${reference}/json`);
  const { ask, engine } = await machine({
    [SUBSTITUTE]: image('amd64'),
    ...Object.fromEntries(paths.map((path) => [path, unreachable])),
  });
  for (let time = 1; time <= 2; time += 1) {
    await Promise.all(references.map((reference) => ask({ reference })));
  }
  expect(engine.asked.filter((path) => path.startsWith('/distribution/')).sort()).toEqual(paths);
});

describe('no image to be had', () => {
  test('neither here nor from the registry', async () => {
    const { ask } = await machine({ [REGISTRY]: unreachable });
    const error = await failure(ask({ standIn: undefined }));
    expect(error).toMatchObject({ code: 'BASE_IMAGE_UNAVAILABLE', exitCode: 1 });
    expect(error.message).toContain(REFERENCE);
    expect(error.hint).toMatch(
      /^docker pull --platform linux\/amd64 python:3\.12-slim-bookworm, .*--base IMAGE$/,
    );
    expect(error.problems[0].detail).toContain('no such host');
  });

  test('without a stand-in hearsay does not count: the registry is asked each time', async () => {
    const { ask, engine } = await machine({ [REGISTRY]: unreachable });
    await failure(ask());
    await failure(ask());
    expect(engine.asked.filter((path) => path === REGISTRY)).toHaveLength(2);
  });

  test('the registry knows of no such image', async () => {
    const { ask } = await machine({
      [SUBSTITUTE]: image('amd64'),
      [REGISTRY]: { status: 404, body: { message: 'manifest unknown' } },
    });
    const error = await failure(ask());
    expect(error.message).toBe(`the base image ${REFERENCE} does not exist`);
    expect(error.hint).toContain('--base IMAGE');
  });

  test.each([
    ['absent', { status: 404, body: { message: 'manifest unknown' } }, /^give this name .*docker tag IMAGE /],
    ['out of reach', unreachable, /^docker pull .*, or give this name .*docker tag IMAGE /],
    ['for another platform', there('s390x'), /^name another platform: --platform/],
  ])('one that no option names, %s: no --base is proposed', async (_why, answer, hint) => {
    const { ask } = await machine({ [REGISTRY]: answer });
    expect((await failure(ask({ fixed: true }))).hint).toMatch(hint);
    expect((await failure(ask({ fixed: true }))).hint).not.toContain('--base');
  });

  test('not for this platform', async () => {
    const { ask } = await machine({ [REGISTRY]: there('s390x') });
    const error = await failure(ask());
    expect(error.message).toContain('does not exist for linux/amd64');
    expect(error.problems[0].detail).toContain('linux/s390x');
  });

  test('an engine that fails says so, transiently', async () => {
    const { ask } = await machine({ [LOCAL]: { status: 500, body: { message: 'disk on fire' } } });
    expect(await failure(ask())).toMatchObject({ code: 'ENGINE_PROTOCOL', exitCode: 75 });
  });

  test('an abort while the registry is asked ends it', async () => {
    const { ask } = await machine({ [REGISTRY]: { ...there(), delayMs: 60_000 } });
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 50);
    await expect(ask({ signal: controller.signal })).rejects.toBe(reason);
  });
});
