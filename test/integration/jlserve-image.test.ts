import { setTimeout } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BuildEvent } from '../../src/events.ts';
import { dockerAt } from '../engine-cache.ts';
import { imageTag, runImage } from '../jlserve.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';
import {
  appText,
  build,
  CACHE,
  ENGINE,
  failure,
  logs,
  notes,
  project,
  ran,
  warnings,
  WEIGHTS_STEP,
  type AppText,
} from './jlserve-fixtures.ts';
import { REGISTRY, startRegistry } from './registry.ts';

const docker = dockerAt(ENGINE);

/** An app's name that no other test uses: its image and containers are found by their label. */
function uniqueName(): string {
  return `Test ${randomBytes(6).toString('hex')}`;
}

function labelled(name: string) {
  return { filters: { label: [`org.opencontainers.image.title=${name}`] }, all: true };
}

/** Names of the images of an app; one without a name is there, too. */
async function imagesOf(name: string): Promise<string[]> {
  const images = await docker.listImages(labelled(name));
  return images.flatMap(({ RepoTags, Id }) => (RepoTags?.length ? RepoTags : [Id]));
}

async function containersOf(name: string): Promise<string[]> {
  return (await docker.listContainers(labelled(name))).map(({ Id }) => Id);
}

function app(text: AppText): Promise<string> {
  return project({ 'app.py': appText(text) });
}

describe.each(testEngines())('layers on $name', ({ address }) => {
  test('of two clean builds are equal, wherever the project lies', async () => {
    const folder = await project({
      'app.py': appText({
        imports: ['import words'],
        download: [
          `folder = ${CACHE} / "model"`,
          'folder.mkdir()',
          '(folder / "b.bin").write_bytes(bytes(range(256)) * 400)',
          '(folder / "a.bin").symlink_to("b.bin")',
          'os.chmod(folder / "b.bin", 0o600)',
        ],
        answer: ['return Answer(text=words.WORDS[0])'],
      }),
      'words/__init__.py': 'WORDS = ["one", "two"]\n',
      'data/table.csv': 'a,b\n1,2\n',
    });
    const copy = join(temporaryFolder(), 'another', 'place');
    mkdirSync(copy, { recursive: true });
    cpSync(folder, copy, { recursive: true });
    for (const file of ['app.py', 'data/table.csv', 'words']) utimesSync(join(copy, file), 1e9, 1e9);

    const first = await build(folder, { engine: address, noCache: true });
    const second = await build(copy, { engine: address, noCache: true });
    expect(ran(second.events)).toContain(WEIGHTS_STEP);
    const layers = await Promise.all(
      [first, second].map(async ({ tag }) => (await dockerAt(address).getImage(tag).inspect()).RootFS.Layers),
    );
    expect(layers[0]).toEqual(layers[1]);
    // All that differs between the images' configurations is when they were made.
    const [one, two] = await Promise.all(
      [first, second].map(async ({ tag }) => (await dockerAt(address).getImage(tag).inspect()).Config),
    );
    expect(one).toEqual(two);
    expect(readFileSync(join(folder, 'ovenbird.lock'))).toEqual(readFileSync(join(copy, 'ovenbird.lock')));
  }, 400_000);
});

describe('the image', () => {
  test('installs nothing, says what it is, and stays healthy during an inference of 60 s', async () => {
    const name = uniqueName();
    const folder = await app({
      name,
      answer: ['time.sleep(60 if question.text == "slow" else 0)', 'return Answer(text="done")'],
    });
    const { tag } = await build(folder);
    const running = await runImage(ENGINE, tag);
    expect(await running.ask([{ path: '/answer', body: {} }])).toEqual([
      { status: 200, body: { text: 'done' } },
    ]);
    const health = async () => (await running.container.inspect()).State.Health;
    await expect
      .poll(async () => (await health())?.Status, { timeout: 60_000, interval: 500 })
      .toBe('healthy');

    const began = Date.now();
    const slow = running.ask([{ path: '/answer', body: { text: 'slow' } }]);
    const probes = new Map<string, number>();
    const states = new Set<string>();
    const answered = slow.then(() => true);
    for (let ended = false; !ended;) {
      const { Status, FailingStreak, Log } = (await health()) ?? {};
      states.add(`${Status} ${FailingStreak}`);
      for (const { Start, ExitCode } of Log ?? []) {
        // The server is busy by then.
        if (Date.parse(Start) > began + 3000) probes.set(Start, ExitCode);
      }
      ended = await Promise.race([answered, setTimeout(1000, false)]);
    }
    expect(await slow).toEqual([{ status: 200, body: { text: 'done' } }]);
    expect([...states]).toEqual(['healthy 0']);
    expect(probes.size).toBeGreaterThanOrEqual(3);
    expect(new Set(probes.values())).toEqual(new Set([0]));

    // No network, a read-only root, another user than root; and no word of an installation.
    expect(await running.logs()).not.toMatch(/install|download|resolv|pip|uv /i);
    expect((await running.exec(['id', '-u'])).output.trim()).toBe('10001');
    expect((await running.exec(['touch', '/app/x', '/opt/deps/x', '/var/cache/jlserve/x'])).status).not.toBe(
      0,
    );
    const { Config } = await docker.getImage(tag).inspect();
    expect(Config.User).toBe('10001');
    expect(Object.keys(Config.Labels).sort()).toEqual([
      'dev.ovenbird.openapi',
      'dev.ovenbird.python',
      'dev.ovenbird.target',
      'dev.ovenbird.weights',
      'org.opencontainers.image.base.name',
      'org.opencontainers.image.title',
    ]);
    expect(Config.Labels['org.opencontainers.image.title']).toBe(name);
    const [served] = await running.ask([{ path: '/openapi.json', method: 'GET' }]);
    expect(JSON.parse(Config.Labels['dev.ovenbird.openapi'] ?? '')).toEqual(served?.body);
    expect(served?.body).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./), info: { title: name } });
  }, 300_000);

  test('is not healthy before setup() is done, and not without it', async () => {
    const folder = await app({ setup: ['if True: raise RuntimeError("no model")'] });
    // setup() is not called in the build.
    const { tag, events } = await build(folder);
    expect(logs(events)).not.toContain('no model');
    const running = await runImage(ENGINE, tag);
    await expect
      .poll(async () => (await running.container.inspect()).State.Running, { timeout: 30_000 })
      .toBe(false);
    expect((await running.container.inspect()).State.ExitCode).toBe(3);
    expect(await running.logs()).toContain('no model');
  }, 200_000);

  test('has every name that was asked for, and another build moves them', async () => {
    const name = uniqueName();
    const folder = await app({ name });
    const tags = [imageTag(ENGINE), imageTag(ENGINE)];
    const built = await build(folder, { options: { tags } });
    expect((await imagesOf(name)).sort()).toEqual([...tags].sort());
    expect(built.artifact).toMatchObject({ kind: 'image', path: tags[0], tags });
    writeFileSync(join(folder, 'app.py'), appText({ name, answer: ['return Answer(text="new")'] }));
    const again = await build(folder, { options: { tags: tags.slice(0, 1) } });
    const ids = await Promise.all(tags.map(async (tag) => (await docker.getImage(tag).inspect()).Id));
    expect(ids).toEqual([again.artifact.digest, built.artifact.digest]);
  }, 200_000);
});

describe('--validate', () => {
  test.each<readonly [string, readonly string[], string]>([
    ['raises', ['raise ValueError("the model is broken")'], 'setup() failed: the model is broken'],
    ['calls sys.exit(0)', ['sys.exit(0)'], 'setup() failed: sys.exit(0)'],
    ['ends the process', ['os._exit(0)'], 'setup() failed: it ended the process with status 0'],
    [
      'wants the network',
      ['import urllib.request; urllib.request.urlopen("http://192.0.2.1/", timeout=5)'],
      'setup() failed: ',
    ],
  ])(
    'a setup() that %s fails the build and moves no name',
    async (_, setup, message) => {
      const name = uniqueName();
      const folder = await app({ name });
      const { tag, artifact } = await build(folder, {
        options: { validate: true, tags: [imageTag(ENGINE)] },
      }).then((built) => ({ ...built, tag: built.artifact.path }));
      writeFileSync(join(folder, 'app.py'), appText({ name, setup }));
      const error = await failure(build(folder, { options: { validate: true, tags: [tag] } }));
      expect(error.problems).toEqual([
        expect.objectContaining({ code: 'JLSERVE_SETUP_FAILED', message: expect.stringContaining(message) }),
      ]);
      expect(error.exitCode).toBe(1);
      expect((await docker.getImage(tag).inspect()).Id).toBe(artifact.digest);
      expect(await imagesOf(name)).toEqual([tag]);
      expect(await containersOf(name)).toEqual([]);
    },
    200_000,
  );

  test('its words come with what setup() printed, and setup() has the weights', async () => {
    const folder = await app({
      setup: [`print("read", (${CACHE} / "weights.bin").read_text())`],
    });
    const { events } = await build(folder, { options: { validate: true } });
    expect(logs(events)).toMatch(/^read weights$/m);
  }, 200_000);

  test('an abort during the check leaves no container and no name', async () => {
    const name = uniqueName();
    const folder = await app({ name, setup: ['time.sleep(600)'] });
    const abort = new AbortController();
    const building = failure(build(folder, { options: { validate: true }, signal: abort.signal }));
    await expect
      .poll(async () => (await docker.listContainers(labelled(name))).map(({ State }) => State), {
        timeout: 150_000,
      })
      .toEqual(['running']);
    abort.abort();
    expect((await building).code).toBe('INTERRUPTED');
    expect(await containersOf(name)).toEqual([]);
    expect(await imagesOf(name)).toEqual([]);
  }, 200_000);
});

test('--refresh-weights downloads again, once, and what it got is what the image has', async () => {
  const folder = await app({
    download: [`(${CACHE} / "weights.bin").write_text(os.urandom(8).hex())`],
  });
  const weights = async (
    options: Readonly<Record<string, unknown>>,
  ): Promise<{ text: unknown; steps: string[] }> => {
    const { tag, events } = await build(folder, { options });
    const [answer] = await (await runImage(ENGINE, tag)).ask([{ path: '/answer', body: {} }]);
    return { text: answer?.body, steps: ran(events) };
  };
  const first = await weights({});
  const second = await weights({ refreshWeights: true });
  expect(second.steps.filter((title) => title === WEIGHTS_STEP)).toHaveLength(1);
  expect(second.text).not.toEqual(first.text);
  const third = await weights({});
  expect(third.steps).not.toContain(WEIGHTS_STEP);
  expect(third.text).toEqual(second.text);
}, 300_000);

test.each([
  [
    'its import needs',
    ['TEXT = getattr(App(), "ans" + "wer")(Question()).text'],
    'once more, with files as they are instead of their outlines',
  ],
  [
    'its OpenAPI document shows',
    [
      'import inspect',
      'Question.__doc__ = inspect.getsource(getattr(App, "ans" + "wer").__wrapped__)',
      'Question.model_rebuild(force=True)',
    ],
    'JLSERVE_WEIGHTS_WHOLE',
  ],
])(
  'a body that the outline left out and that %s: the app is built from the whole file',
  async (_name, after, said) => {
    const name = uniqueName();
    const folder = await app({ name, answer: ['return Answer(text="now")'], after });
    const { tag, events } = await build(folder);
    expect([...notes(events), ...warnings(events).map(({ code }) => code)]).toContain(said);
    const running = await runImage(ENGINE, tag);
    expect(await running.ask([{ path: '/answer', body: {} }])).toEqual([
      { status: 200, body: { text: 'now' } },
    ]);
    const document = await running.exec(['cat', '/opt/ovenbird/openapi.json']);
    expect(document.output).not.toContain('outline');
    expect(await imagesOf(name)).toEqual([tag]);
    expect(await containersOf(name)).toHaveLength(1);
  },
  200_000,
);

describe('--output', () => {
  test.each(['notes.tar', 'notes.txt'])(
    'refuses to overwrite %s, which is no archive, before anything is built',
    async (file) => {
      const folder = await app({});
      const output = join(temporaryFolder(), file);
      writeFileSync(output, 'my notes');
      const events: BuildEvent[] = [];
      const error = await failure(build(folder, { output, events }));
      expect(error.problems[0]).toMatchObject({
        code: 'OUTPUT_UNSAFE',
        message: expect.stringContaining(file),
      });
      expect(readFileSync(output, 'utf8')).toBe('my notes');
      expect(ran(events)).toEqual([]);
    },
    60_000,
  );

  test('replaces an archive, and a build that fails leaves the old one', async () => {
    const folder = await app({});
    const output = join(temporaryFolder(), 'image.tar');
    const { artifact } = await build(folder, { output });
    const old = readFileSync(output);
    expect(old.length).toBe(artifact.bytes);
    await writeFiles(folder, { 'app.py': appText({ download: ['raise ValueError("gone")'] }) });
    expect((await failure(build(folder, { output }))).code).toBe('JLSERVE_WEIGHTS_FAILED');
    expect(readFileSync(output).equals(old)).toBe(true);
    expect(readdirSync(join(output, '..'))).toEqual(['image.tar']);
  }, 200_000);
});

test.skipIf(REGISTRY === '')(
  '--push sends the image to a registry, from which it comes back the same',
  async () => {
    const { host, loggedIn } = await startRegistry();
    const tag = `${host}/team/small:1.0`;
    const image = docker.getImage(tag);
    const forget = async (): Promise<void> => {
      await image.remove({ force: true }).catch((error: { statusCode?: number }) => {
        if (error.statusCode !== 404) throw error;
      });
    };
    onTestFinished(forget);
    const folder = await app({});
    const options = { tags: [tag], push: true };
    const error = await failure(
      build(folder, { options, environment: { DOCKER_CONFIG: temporaryFolder() } }),
    );
    expect(error.problems[0]).toMatchObject({ code: 'PUSH_FAILED', hint: `docker login ${host}` });

    const built = await build(folder, { options, environment: { DOCKER_CONFIG: loggedIn } });
    expect(ran(built.events)).toContain(`push ${tag}`);
    await forget();
    const auth = Buffer.from(
      (
        JSON.parse(readFileSync(join(loggedIn, 'config.json'), 'utf8')) as {
          auths: Record<string, { auth: string }>;
        }
      ).auths[host]?.auth ?? '',
      'base64',
    ).toString();
    const [username, password] = auth.split(':');
    const stream = await docker.pull(tag, { authconfig: { username, password, serveraddress: host } });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (failed: Error | null) => (failed ? reject(failed) : resolve()));
    });
    expect((await image.inspect()).Id).toBe(built.artifact.digest);
    const running = await runImage(ENGINE, tag);
    expect(await running.ask([{ path: '/answer', body: {} }])).toEqual([
      { status: 200, body: { text: 'weights' } },
    ]);
  },
  200_000,
);

test('two builds of one project at once do not mix', async () => {
  const folder = await app({ name: uniqueName(), answer: ['return Answer(text="one")'] });
  const caches = [temporaryFolder(), temporaryFolder()];
  const tags = [imageTag(ENGINE), imageTag(ENGINE)];
  const first = build(folder, { options: { tags: [tags[0]], validate: true, extractCache: caches[0] } });
  const second = build(folder, { options: { tags: [tags[1]], extractCache: caches[1] }, noCache: true });
  const results = await Promise.all([first, second]);
  for (const [index, { artifact }] of results.entries()) {
    expect(artifact.path).toBe(tags[index]);
    expect((await docker.getImage(artifact.path).inspect()).Id).toBe(artifact.digest);
    expect(readdirSync(caches[index] ?? '').sort()).toEqual(['.jlserve-build-complete', 'weights.bin']);
  }
  expect(readdirSync(folder).sort()).toEqual(['app.py', 'ovenbird.lock']);
  expect(existsSync(join(folder, 'ovenbird.lock'))).toBe(true);
  const layers = await Promise.all(
    tags.map(async (tag) => (await docker.getImage(tag).inspect()).RootFS.Layers),
  );
  expect(layers[0]).toEqual(layers[1]);
}, 300_000);
