import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dockerAt } from '../engine-cache.ts';
import { runImage, type Request } from '../jlserve.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import type { BuildEvent } from '../../src/events.ts';
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
  type Built,
} from './jlserve-fixtures.ts';
import { jlserveEnvironment, startDev } from './jlserve-venv.ts';

const MARKER = '.jlserve-build-complete';
const ASKED: Request = { path: '/answer', body: {} };

/** The engine's cache outlives the test: what is to run has something new in it. */
function unique(): string {
  return randomBytes(8).toString('hex');
}

/** The file of the project, changed. */
function edit(folder: string, path: string, change: (text: string) => string): void {
  const file = join(folder, path);
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (before === after) throw new Error(`${path} is as it was`);
  writeFileSync(file, after);
}

function downloaded({ events }: Pick<Built, 'events'>): boolean {
  return ran(events).includes(WEIGHTS_STEP);
}

async function answer(tag: string): Promise<unknown> {
  const [given] = await (await runImage(ENGINE, tag)).ask([ASKED]);
  return given?.body;
}

/**
 * A server that breaks off at 90 % of what it serves, unless it is asked for the rest; and a
 * client that asks for the rest of what it has.
 */
const REMOTE = `
import hashlib, os, threading, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

CONTENT = hashlib.sha256(b"SEED").digest() * 3125
BREAKS_AT = len(CONTENT) * 9 // 10

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = self.headers.get("range")
        start = int(asked[len("bytes="):-1]) if asked else 0
        end = len(CONTENT) if asked else BREAKS_AT
        self.send_response(206 if asked else 200)
        self.send_header("content-length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start:end])

    def log_message(self, *words):
        pass

def fetch(path):
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    part = path.with_name(path.name + ".part")
    have = part.stat().st_size if part.is_file() else 0
    print("have", have, "of", len(CONTENT))
    request = urllib.request.Request("http://127.0.0.1:%d/" % server.server_address[1])
    if have:
        request.add_header("range", "bytes=%d-" % have)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as answer, part.open("ab") as file:
        while True:
            piece = answer.read1(4096)
            if not piece:
                break
            file.write(piece)
    if part.stat().st_size != len(CONTENT):
        raise OSError("the connection broke at %d bytes" % part.stat().st_size)
    os.replace(part, path)
`;

test('a download that breaks at 90 % goes on there in the next build', async () => {
  const seed = unique();
  const folder = await project({
    'app.py': appText({
      imports: ['hashlib', 'remote'].map((name) => `import ${name}`),
      download: [`remote.fetch(${CACHE} / "model.bin")`],
      answer: [
        `data = (${CACHE} / "model.bin").read_bytes()`,
        'return Answer(text=f"{len(data)} {data == remote.CONTENT}")',
      ],
    }),
    'remote.py': REMOTE.replace('SEED', seed),
  });
  const events: BuildEvent[] = [];
  const error = await failure(build(folder, { events }));
  expect(error.problems).toEqual([
    expect.objectContaining({
      code: 'JLSERVE_WEIGHTS_FAILED',
      message: 'download_weights() failed: the connection broke at 90000 bytes',
      location: { file: 'remote.py', line: 38 },
    }),
  ]);
  expect(logs(events)).toContain('have 0 of 100000');

  const built = await build(folder);
  expect(logs(built.events)).toContain('have 90000 of 100000');
  const running = await runImage(ENGINE, built.tag);
  expect(await running.ask([ASKED])).toEqual([{ status: 200, body: { text: '100000 True' } }]);
  const listed = await running.exec(['ls', '-A', '/var/cache/jlserve']);
  expect(listed.output.split('\n').filter(Boolean)).toEqual([MARKER, 'model.bin']);

  // What was whole has been moved: a refresh begins anew, and as it breaks, nothing changes.
  const before = (await dockerAt(ENGINE).getImage(built.tag).inspect()).Id;
  const again: BuildEvent[] = [];
  const options = { tags: [built.tag], refreshWeights: true };
  expect((await failure(build(folder, { options, events: again }))).code).toBe('JLSERVE_WEIGHTS_FAILED');
  expect(logs(again)).toContain('have 0 of 100000');
  expect((await dockerAt(ENGINE).getImage(built.tag).inspect()).Id).toBe(before);
}, 200_000);

describe('what runs the download again', () => {
  test('a requirement that the weights code imports, and no other', async () => {
    const id = unique();
    const text = (...requirements: readonly string[]): string =>
      appText({
        requirements,
        download: [
          'import humanize',
          `(${CACHE} / "weights.bin").write_text(humanize.naturalsize(3 * 2**20, True) + " ${id}")`,
        ],
        answer: [
          'import importlib.metadata',
          `words = (${CACHE} / "weights.bin").read_text()`,
          'return Answer(text=words + " " + importlib.metadata.version("humanize"))',
        ],
      });
    const folder = await project({ 'app.py': text('humanize==4.9.0') });
    expect(downloaded(await build(folder))).toBe(true);

    writeFileSync(join(folder, 'app.py'), text('humanize==4.9.0', 'text-unidecode==1.3'));
    const more = await build(folder);
    expect(more.packages.map(({ name }) => name)).toContain('text-unidecode');
    expect(downloaded(more)).toBe(false);
    expect(notes(more.events).filter((note) => note.startsWith('weights re-run'))).toEqual([]);

    writeFileSync(join(folder, 'app.py'), text('humanize==4.10.0', 'text-unidecode==1.3'));
    const newer = await build(folder);
    expect(downloaded(newer)).toBe(true);
    expect(notes(newer.events)).toContain('weights re-run: package humanize changed');
    expect(await answer(newer.tag)).toEqual({ text: `3.0 MiB ${id} 4.10.0` });
  }, 200_000);

  test('its modules, data files and constants, each named; the rest of the project does not', async () => {
    const id = unique();
    const folder = await project({
      'app.py': appText({
        imports: ['import weights_code', 'import words'],
        download: ['(Path(os.environ["JLSERVE_CACHE_DIR"]) / "weights.bin").write_text(made())'],
        answer: [`return Answer(text=(${CACHE} / "weights.bin").read_text() + words.MORE)`],
        after: [
          `REVISION = "one ${id}"`,
          'def made():',
          '    labels = (Path("data") / "labels.txt").read_text().strip()',
          '    return weights_code.join(REVISION, labels)',
        ],
      }),
      'weights_code.py': 'import numbers_of\n\ndef join(*parts):\n    return numbers_of.SIGN.join(parts)\n',
      'numbers_of.py': `SIGN = "-"  # ${id}\n`,
      'words.py': 'MORE = "!"\n',
      'data/labels.txt': 'cat\n',
      'more/other.txt': 'dog\n',
      'notes.md': 'nothing\n',
    });
    const note = async (): Promise<string[]> => {
      const built = await build(folder);
      const notesOf = notes(built.events).filter((each) => each.startsWith('weights re-run'));
      expect(notesOf).toHaveLength(downloaded(built) ? 1 : 0);
      tag = built.tag;
      return notesOf;
    };
    let { tag } = await build(folder);
    edit(folder, 'words.py', (text) => text.replace('!', `?${id}`));
    edit(folder, 'more/other.txt', (text) => `${text}bird ${id}\n`);
    edit(folder, 'app.py', (text) => `${text}\n# ${id}\n`);
    expect(await note()).toEqual([]);
    expect(await answer(tag)).toEqual({ text: `one ${id}-cat?${id}` });

    edit(folder, 'numbers_of.py', (text) => text.replace('-', '+'));
    expect(await note()).toEqual(['weights re-run: numbers_of.py changed']);
    edit(folder, 'data/labels.txt', () => 'lion');
    expect(await note()).toEqual(['weights re-run: data/labels.txt changed']);
    edit(folder, 'app.py', (text) => text.replace('"one ', '"two '));
    expect(await note()).toEqual(['weights re-run: REVISION changed (app.py:24)']);
    expect(await answer(tag)).toEqual({ text: `two ${id}+lion?${id}` });
  }, 300_000);

  test.each<readonly [string, readonly string[], readonly string[], RegExp]>([
    [
      'seen in the code',
      ['name = "weights" + ".bin"', `(${CACHE} / name).write_text(getattr(self, "na" + "me_"))`],
      ['App.name_ = "ID"'],
      /^the weights depend on the whole file and the modules it imports: app\.py:16 uses getattr\(\) with a computed name$/,
    ],
    [
      'seen while it ran',
      [`(${CACHE} / "weights.bin").write_text("ID" + Path("".join(["no", "tes.md"])).read_text())`],
      [],
      /^the weights depend on the whole project: app\.py in download_weights\(\) looks at notes\.md, which no string of the code names$/,
    ],
  ])(
    'code that cannot be followed, %s: said loudly, and any edit counts',
    async (_, download, after, words) => {
      const id = unique();
      const set = (lines: readonly string[]): string[] => lines.map((line) => line.replace('ID', id));
      const folder = await project({
        'app.py': appText({ download: set(download), after: set(after) }),
        'notes.md': 'notes',
      });
      const whole = (built: Built): string[] =>
        warnings(built.events).flatMap(({ code, message }) =>
          code === 'JLSERVE_WEIGHTS_WHOLE' ? [message] : [],
        );
      const first = await build(folder);
      expect(whole(first)).toEqual([expect.stringMatching(words)]);
      expect(await answer(first.tag)).toEqual({ text: expect.stringContaining(id) });
      // Nothing changed: it is said again, as it still holds, and nothing runs.
      const same = await build(folder);
      expect(whole(same)).toEqual(whole(first));
      expect(downloaded(same)).toBe(false);
      edit(folder, 'app.py', (text) => text.replace('return Answer(text=', `return Answer(text="${id}" + `));
      const edited = await build(folder);
      expect(downloaded(edited)).toBe(true);
      expect(notes(edited.events)).toContain('weights re-run: app.py changed');
      expect(whole(edited)).toEqual(whole(first));
    },
    200_000,
  );
});

describe('--extract-cache', () => {
  /** Files of the folder and what is in them. */
  const contents = (folder: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
        .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
    );

  test('twice, and for another app: nothing is lost, and the marker says whose weights are whole', async () => {
    const id = unique();
    const cache = join(temporaryFolder(), 'made', 'by the build');
    const options = { extractCache: cache };
    const download = [
      `(${CACHE} / "deep" / "er").mkdir(parents=True)`,
      `(${CACHE} / "deep" / "er" / "model.bin").write_text("${id}")`,
      `(${CACHE} / "weights.bin").write_text("weights")`,
    ];
    const folder = await project({ 'app.py': appText({ name: 'First', download }) });
    await build(folder, { options });
    const first = contents(cache);
    const { [MARKER]: marker = '', ...weights } = first;
    expect(weights).toEqual({ 'deep/er/model.bin': id, 'weights.bin': 'weights' });
    expect(JSON.parse(marker)).toEqual({
      schema: 1,
      app: 'First',
      file: 'app.py',
      lock: expect.stringMatching(/^[0-9a-f]{64}$/),
      weights: expect.stringMatching(/^[0-9a-f]{64}$/),
      files: [
        { path: 'deep/er/model.bin', bytes: 16 },
        { path: 'weights.bin', bytes: 7 },
      ],
    });

    // A file of the user's own stays, and so does everything else.
    await writeFiles(cache, { 'deep/mine.txt': 'mine' });
    const second = await build(folder, { options });
    expect(contents(cache)).toEqual({ ...first, 'deep/mine.txt': 'mine' });
    expect(ran(second.events)).not.toContain(`copy the weights to ${cache}`);

    // A file that is not whole any more is copied again, although the marker is there.
    writeFileSync(join(cache, 'weights.bin'), 'wei');
    await build(folder, { options });
    expect(contents(cache)).toEqual({ ...first, 'deep/mine.txt': 'mine' });

    // Another app's marker does not pass: its weights come beside, and the marker is its own.
    const other = await project({
      'app.py': appText({ name: 'Second', download: [`(${CACHE} / "other.bin").write_text("other ${id}")`] }),
    });
    await build(other, { options });
    const both = contents(cache);
    expect(both).toEqual({
      ...first,
      'deep/mine.txt': 'mine',
      'other.bin': `other ${id}`,
      [MARKER]: expect.stringContaining('"app": "Second"') as string,
    });
    await build(folder, { options });
    expect(contents(cache)).toEqual({ ...both, ...first });
  }, 200_000);

  test('that breaks half-way leaves no marker and moves no name', async () => {
    const folder = await project({ 'app.py': appText({ answer: ['return Answer(text="old")'] }) });
    const cache = temporaryFolder();
    const { tag } = await build(folder, { options: { extractCache: cache } });
    const before = (await dockerAt(ENGINE).getImage(tag).inspect()).Id;
    expect(existsSync(join(cache, MARKER))).toBe(true);
    // Where the next build has a file, there is a folder with something in it.
    await writeFiles(cache, { 'zoo.bin/taken': '' });
    writeFileSync(
      join(folder, 'app.py'),
      appText({
        download: [
          `(${CACHE} / "weights.bin").write_text("new weights")`,
          `(${CACHE} / "zoo.bin").write_text("zoo")`,
        ],
      }),
    );
    await expect(build(folder, { options: { extractCache: cache, tags: [tag] } })).rejects.toThrow(
      /zoo\.bin/,
    );
    expect(existsSync(join(cache, MARKER))).toBe(false);
    expect((await dockerAt(ENGINE).getImage(tag).inspect()).Id).toBe(before);
  }, 100_000);
});

test('build, --extract-cache, jlserve dev: the weights are there, and nothing is downloaded', async () => {
  const venv = await jlserveEnvironment();
  const id = unique();
  const download = [
    // Only the build's own machine has this: on the user's it would fail.
    'if not Path("/mnt/toolkit").is_dir(): raise RuntimeError("downloaded again")',
    'import numpy',
    `numpy.save(${CACHE} / "weights.npy", numpy.arange(4) * 2)`,
    `(Path(os.environ["HF_HOME"]) / "hub").mkdir(parents=True)`,
    `(Path(os.environ["HF_HOME"]) / "hub" / "name").write_text("${id}")`,
  ];
  const text = (name: string): string =>
    appText({
      name,
      imports: ['import numpy'],
      download,
      setup: [
        `self.weights = numpy.load(${CACHE} / "weights.npy")`,
        'self.name = (Path(os.environ["HF_HOME"]) / "hub" / "name").read_text()',
      ],
      answer: ['return Answer(text=f"{question.text} {self.name} {int(self.weights.sum())}")'],
    });
  const folder = await project({ 'app.py': text('Dev'), 'requirements.txt': 'numpy\n' });
  const cache = temporaryFolder();
  const built = await build(folder, { options: { extractCache: cache } });
  const asked: Request = { path: '/answer', body: { text: 'hello' } };
  const answers = [{ status: 200, body: { text: `hello ${id} 12` } }];
  expect(await (await runImage(ENGINE, built.tag)).ask([asked])).toEqual(answers);

  const env = { JLSERVE_CACHE_DIR: cache };
  const server = await startDev({ venv, folder, env });
  expect(await server.ask([asked])).toEqual(answers);
  expect(server.said()).not.toMatch(/warning|downloaded again/);

  // Another app beside these weights is warned of, before jlserve tries.
  const other = await project({ 'app.py': text('Other') });
  const warned = await startDev({ venv, folder: other, env });
  expect(warned.said()).toContain(
    `${cache} holds the weights of Dev (app.py), not of Other [JLSERVE_WEIGHTS_MISSING]`,
  );
}, 200_000);

test('uv.lock: what it pins is what the image has', async () => {
  const venv = await jlserveEnvironment();
  const folder = await project({
    'pyproject.toml': `[project]\nname = "locked-${unique()}"\nversion = "1"\nrequires-python = ">=3.11,<3.13"\ndependencies = ["jlserve==0.1.0", "humanize<4.9.0"]\n`,
    'app.py': appText({
      answer: [
        'import humanize, importlib.metadata',
        'return Answer(text=humanize.intcomma(12345) + " " + importlib.metadata.version("humanize"))',
      ],
    }),
  });
  await execa(join(venv, 'bin/uv'), ['lock', '--quiet'], { cwd: folder });
  // A newer one would do for pyproject.toml: the lock decides.
  edit(folder, 'pyproject.toml', (text) => text.replace('<4.9.0', '<5'));
  edit(folder, 'uv.lock', (text) => text.replace('specifier = "<4.9.0"', 'specifier = "<5"'));
  const version = /name = "humanize"\nversion = "([^"]+)"/.exec(
    readFileSync(join(folder, 'uv.lock'), 'utf8'),
  )?.[1];
  expect(version).toMatch(/^4\.8\./);
  const built = await build(folder, { options: { validate: true } });
  expect(notes(built.events)).toContainEqual(expect.stringMatching(/^requirements: from uv\.lock/));
  expect(await answer(built.tag)).toEqual({ text: `12,345 ${version}` });
}, 200_000);
