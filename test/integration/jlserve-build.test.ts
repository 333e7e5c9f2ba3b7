import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildProject, type BuildResult } from '../../src/build.ts';
import type { BuildEvent } from '../../src/events.ts';
import { dockerAt } from '../engine-cache.ts';
import { imageTag, runImage, type Request } from '../jlserve.ts';
import { temporaryFolder } from '../temporary.ts';
import { testEngines } from './engines.ts';
import { copyOfProject } from './example.ts';

interface Built extends BuildResult {
  readonly tag: string;
  readonly events: readonly BuildEvent[];
}

async function build(folder: string, engine: string, options: object = {}): Promise<Built> {
  const events: BuildEvent[] = [];
  const tag = imageTag(engine);
  const result = await buildProject({
    project: join(folder, 'app.py'),
    target: 'jlserve',
    engine,
    onEvent: (event) => events.push(event),
    targetOptions: { tags: [tag], ...options },
    environment: { ...process.env, JLSERVE_CACHE_DIR: undefined },
  });
  return { ...result, tag, events };
}

const [engine] = testEngines().toReversed();
const address = engine?.address ?? '';

describe.each(testEngines())('the smallest app on $name', ({ address: here }) => {
  test('is built, serves without network on a read-only root, and is what it says', async () => {
    const folder = await copyOfProject('jlserve-plain');
    const built = await build(folder, here, { validate: true });
    expect(built.artifact).toMatchObject({ kind: 'image', path: built.tag, tags: [built.tag] });
    expect(built.endpoints).toEqual([
      {
        name: '/greet',
        kind: 'POST',
        functions: ['greet'],
        file: 'app.py',
        line: expect.any(Number) as number,
      },
    ]);
    const running = await runImage(here, built.tag);
    const answers = await running.ask([
      { path: '/greet', body: { name: 'Ada' } },
      { path: '/greet', body: { name: 'Ada', language: 'de', more: 1 } },
      { path: '/greet', body: {} },
      { path: '/greet', body: '{' },
      { path: '/greet', body: { name: 'Ada', language: 'xx' } },
      { path: '/greet', method: 'GET' },
      { path: '/greet/', body: { name: 'Ada' } },
      { path: '/health', method: 'GET' },
      { path: '/openapi.json', method: 'GET' },
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 422, 422, 500, 405, 307, 404, 200]);
    expect(answers[0]?.body).toEqual({ message: 'Hello, Ada!' });
    expect(answers[1]?.body).toEqual({ message: 'Guten Tag, Ada!' });
    expect(answers[4]?.body).toEqual({ detail: "'xx'" });
    expect(await running.logs()).not.toMatch(/[Ii]nstalling/);

    const { Config } = await dockerAt(here).getImage(built.tag).inspect();
    expect(Config.User).toBe('10001');
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'Greeter',
      'dev.ovenbird.target': 'jlserve',
    });
    expect(JSON.parse(Config.Labels['dev.ovenbird.openapi'] ?? '')).toEqual(answers[8]?.body);
    expect(Config.Labels['dev.ovenbird.openapi']).toContain('"openapi":"3.1');
    const file = await running.exec(['cat', '/opt/ovenbird/openapi.json']);
    expect(JSON.parse(file.output)).toEqual(answers[8]?.body);
    const health = await running.exec(['python3', '-S', '/opt/ovenbird/healthy.py']);
    expect(health.status).toBe(0);
    const user = await running.exec(['id', '-u']);
    expect(user.output.trim()).toBe('10001');
  }, 300_000);

  test('nothing changed: nothing runs; an edit of an endpoint runs no step either, and is there', async () => {
    const folder = await copyOfProject('jlserve-plain');
    await build(folder, here);
    const again = await build(folder, here);
    expect(ran(again)).toEqual([]);
    const app = join(folder, 'app.py');
    // The engine's cache outlives the test: each run edits in its own way.
    const unique = randomBytes(8).toString('hex');
    const sign = `${unique}!`;
    writeFileSync(app, readFileSync(app, 'utf8').replace('{person.name}!', `{person.name}${sign}`));
    const edited = await build(folder, here);
    expect(ran(edited)).toEqual([]);
    expect(newLayers(here, again.tag, edited.tag)).toBe(1);
    const running = await runImage(here, edited.tag);
    expect(await running.ask([{ path: '/greet', body: { name: 'Ada' } }])).toEqual([
      { status: 200, body: { message: `Hello, Ada${sign}` } },
    ]);
    writeFileSync(app, readFileSync(app, 'utf8').replace('Hello', `Hi ${unique}`));
    const downloaded = await build(folder, here);
    expect(ran(downloaded)).toContain('Downloading weights...');
    expect(notes(downloaded)).toContain('weights re-run: GREETINGS changed (app.py:10)');
    // The weights, their marker, and the app's file as an outline and as it is.
    expect(newLayers(here, edited.tag, downloaded.tag)).toBe(4);
  }, 300_000);
});

/** Steps of the build that the engine's cache did not answer for. */
function ran(built: Built): string[] {
  return built.events.flatMap((event) =>
    event.type === 'step-finished' &&
    !event.cached &&
    !/^(?:start the image|put the image|send )/.test(event.title)
      ? [event.title]
      : [],
  );
}

function notes(built: Built): string[] {
  return built.events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
}

/** How many layers of an image another one has not. */
function newLayers(engineAddress: string, before: string, after: string): number {
  const known = layers(engineAddress, before);
  return layers(engineAddress, after).filter((layer) => !known.includes(layer)).length;
}

function layers(engineAddress: string, tag: string): string[] {
  const host = { ...process.env, DOCKER_HOST: engineAddress };
  const format = '{{json .RootFS.Layers}}';
  const text = execFileSync('docker', ['image', 'inspect', '--format', format, tag], {
    env: host,
    encoding: 'utf8',
  });
  return JSON.parse(text) as string[];
}

describe('the examples', () => {
  test.each<readonly [string, Request, unknown]>([
    ['jlserve-requirements', { path: '/nearest', body: { word: 'bread', count: 1 } }, { words: ['bread'] }],
    [
      'jlserve-langdetect',
      { path: '/detect', body: { text: 'Guten Morgen, wie geht es dir?' } },
      { language: 'de', score: expect.closeTo(0.9, 1) as number },
    ],
    [
      'jlserve-minilm',
      {
        path: '/compare',
        body: { first: 'A cat sits on the mat', second: 'A kitten is resting on a rug' },
      },
      { cosine: 0.653 },
    ],
    [
      'jlserve-helpers',
      { path: '/judge', body: { text: 'Golden, crisp and delicious; the rim a little burnt' } },
      { mood: 'good', words: ['golden', 'crisp', 'delicious', 'burnt'] },
    ],
    ['jlserve-pyproject', { path: '/slug', body: { title: 'The Art of Bread' } }, { slug: 'art-bread' }],
    ['jlserve-script', { path: '/say', body: { bytes: 3_145_728 } }, { words: '3.0 MiB' }],
  ])(
    '%s answers',
    async (name, request, answer) => {
      const built = await build(await copyOfProject(name), address, { validate: true });
      const running = await runImage(address, built.tag);
      expect(await running.ask([request])).toEqual([{ status: 200, body: answer }]);
    },
    400_000,
  );
});

test('an archive instead of an image in the engine: it loads under its names', async () => {
  const folder = await copyOfProject('jlserve-plain');
  const tag = imageTag(address);
  const archive = join(temporaryFolder(), 'image.tar');
  const result = await buildProject({
    project: join(folder, 'app.py'),
    target: 'jlserve',
    engine: address,
    output: archive,
    targetOptions: { tags: [tag] },
    environment: { ...process.env, JLSERVE_CACHE_DIR: undefined },
  });
  expect(result.artifact).toMatchObject({ kind: 'file', path: archive, tags: [tag] });
  const docker = dockerAt(address);
  await expect(docker.getImage(tag).inspect()).rejects.toMatchObject({ statusCode: 404 });
  execFileSync('docker', ['load', '--input', archive], { env: { ...process.env, DOCKER_HOST: address } });
  const running = await runImage(address, tag);
  expect(await running.ask([{ path: '/greet', body: { name: 'Bo' } }])).toMatchObject([{ status: 200 }]);
}, 300_000);
