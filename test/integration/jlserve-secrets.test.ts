import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/plan/canonical.ts';
import { renderPlan } from '../../src/dockerfile/render-plan.ts';
import type { BuildEvent } from '../../src/events.ts';
import { planProject } from '../../src/plan-project.ts';
import { runCli } from '../cli/run-cli.ts';
import { imageTag, runImage } from '../jlserve.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { appText, build, CACHE, ENGINE, failure, project, ran, WEIGHTS_STEP } from './jlserve-fixtures.ts';

/** A value that nothing else in the world has. */
function value(name: string): string {
  return `ovenbird-${name}-${randomBytes(18).toString('hex')}`;
}

/** As it is, and inside base64 at each of the three alignments. */
function forms(text: string): string[] {
  const encoded = [0, 1, 2].map((shift) => {
    const base64 = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
    return base64.slice(4, -4);
  });
  return [text, ...encoded];
}

/** Which of the needles lie in some bytes. */
function foundIn(haystack: Uint8Array | string, needles: readonly string[]): string[] {
  const bytes = Buffer.from(haystack as Uint8Array);
  return needles.filter((needle) => bytes.includes(needle));
}

/** Every file of an image, unpacked, and the archive itself. */
function bytesOf(tag: string): Buffer[] {
  const archive = join(temporaryFolder(), 'image.tar');
  const environment = { ...process.env, DOCKER_HOST: ENGINE };
  execFileSync('docker', ['save', '--output', archive, tag], { env: environment });
  const folder = temporaryFolder();
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  const files = filesIn(folder);
  // Layers may be packed: what is in them is searched as it is.
  const unpacked = files
    .filter((bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b)
    .map((bytes) => execFileSync('gzip', ['-dc'], { input: bytes, maxBuffer: 2 ** 31 - 1 }));
  return [...files, ...unpacked];
}

function filesIn(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

/** Uses both secrets in both ways, shows them in every form, and keeps none. */
const DOWNLOAD = [
  'import base64, hashlib',
  'token, key = os.environ["TOKEN"], os.environ["KEY"]',
  'assert Path("/run/secrets/TOKEN").read_text() == token, "not the file"',
  'assert Path("/run/secrets/KEY").read_text() == key, "not the file"',
  // As docker has it: an id that no variable can have is a file.
  'assert Path("/run/secrets/my-token.1").read_text() == token, "not the file"',
  'assert "my-token.1" not in os.environ',
  'print("plain", token, key.split()[-1])',
  'print("base64", base64.b64encode(b"user:" + token.encode()).decode())',
  'print("https://user:" + token + "@host/", file=sys.stderr)',
  `(${CACHE} / "weights.bin").write_text("ID " + hashlib.sha256(token.encode() + key.encode()).hexdigest())`,
];

function appWith(download: readonly string[], id: string): string {
  return appText({ download: download.map((line) => line.replace('ID', id)) });
}

/** The host's authorities with a mark of ours among them. */
function markedBundle(folder: string): string {
  const mark = value('ca');
  const host = readFileSync(process.env['SSL_CERT_FILE'] ?? '/etc/ssl/certs/ca-certificates.crt', 'utf8');
  writeFileSync(join(folder, 'ca.pem'), `# ${mark}\n${host}\n# ${mark}\n`);
  return mark;
}

test('a secret is there while the weights are downloaded, and nowhere afterwards', async () => {
  const id = value('known');
  const [token, key] = [value('token'), `first line\n${value('key')}`];
  const folder = await project({ 'app.py': appWith(DOWNLOAD, id) });
  const [outside, cache, memory] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const mark = markedBundle(outside);
  await writeFiles(outside, { 'key.txt': key });
  const needles = [token, key.split('\n')[1] ?? '', mark].flatMap(forms);

  const tag = imageTag(ENGINE);
  const src = join(outside, 'key.txt');
  const secrets = [
    '--secret',
    'id=TOKEN,env=MY_TOKEN',
    '--secret',
    `id=KEY,src=${src}`,
    '--secret',
    'id=my-token.1,env=MY_TOKEN',
  ];
  const shown = ['--ca', join(outside, 'ca.pem'), '--progress', 'json', '--json'];
  const extract = ['--extract-cache', cache, '--validate', '--no-cache'];
  const argv = ['build', 'app.py', '-t', tag, ...extract, ...secrets, ...shown];
  const { status, stdout, stderr } = await runCli('jlserve', argv, {
    cwd: folder,
    env: { DOCKER_HOST: ENGINE, MY_TOKEN: token, XDG_CACHE_HOME: memory },
  });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });

  // It was there: what was made of it is in the weights, and what was printed is hidden.
  const running = await runImage(ENGINE, tag);
  const [given] = await running.ask([{ path: '/answer', body: {} }]);
  const made = createHash('sha256').update(token).update(key).digest('hex');
  expect(given?.body).toEqual({ text: `${id} ${made}` });
  expect(stderr).toContain('plain *** ***');
  expect(stderr).toContain('https://user:***@host/');

  // Nothing of it is in what is kept, said or decided. The search itself finds what is there.
  const image = bytesOf(tag);
  expect(image.some((bytes) => bytes.includes(id))).toBe(true);
  const extracted = filesIn(cache);
  expect(extracted.some((bytes) => bytes.includes(id))).toBe(true);
  const planned = await planProject({
    project: join(folder, 'app.py'),
    target: 'jlserve',
    secrets: [
      { id: 'TOKEN', variable: 'MY_TOKEN' },
      { id: 'KEY', file: src },
      { id: 'my-token.1', variable: 'MY_TOKEN' },
    ],
    environment: { MY_TOKEN: token },
  });
  const decided = [canonicalJson(planned.plan), await renderPlan(planned.plan)];
  const kept = [...image, ...extracted, ...filesIn(folder), ...filesIn(memory)];
  for (const haystack of [...kept, ...[stdout, stderr, ...decided].map((text) => Buffer.from(text))]) {
    expect(needles.filter((needle) => haystack.includes(needle))).toEqual([]);
  }
}, 200_000);

const SECRETS = [{ id: 'TOKEN' }];

test('another value downloads nothing; asked for, the download has the new one', async () => {
  const id = value('known');
  const download = [`(${CACHE} / "weights.bin").write_text("ID " + os.environ["TOKEN"][-4:])`];
  const folder = await project({ 'app.py': appWith(download, id) });
  const buildWith = async (token: string, options = {}): Promise<{ steps: string[]; text: unknown }> => {
    const environment = { TOKEN: token };
    const { tag, events } = await build(folder, { secrets: SECRETS, environment, options });
    const [given] = await (await runImage(ENGINE, tag)).ask([{ path: '/answer', body: {} }]);
    return { steps: ran(events), text: given?.body };
  };
  const first = await buildWith('a-token-that-is-one1');
  expect(first.text).toEqual({ text: `${id} one1` });
  const second = await buildWith('a-token-that-is-two2');
  expect(second.steps).not.toContain(WEIGHTS_STEP);
  expect(second.text).toEqual(first.text);
  const third = await buildWith('a-token-that-is-two2', { refreshWeights: true });
  expect(third.steps).toContain(WEIGHTS_STEP);
  expect(third.text).toEqual({ text: `${id} two2` });
}, 200_000);

test.each<readonly [string, readonly string[], RegExp]>([
  [
    'in an exception',
    ['raise ValueError("refused: " + os.environ["TOKEN"] + " # ID")'],
    /^download_weights\(\) failed: refused: \*\*\* # /,
  ],
  [
    'in a file of the weights',
    [`(${CACHE} / "config.json").write_text("token: " + os.environ["TOKEN"] + " # ID")`],
    /^download_weights\(\) wrote the value of the secret TOKEN into config\.json$/,
  ],
  [
    "in a file's name",
    [`(${CACHE} / os.environ["TOKEN"]).write_text("ID")`],
    /^download_weights\(\) wrote the value of the secret TOKEN into \*\*\*$/,
  ],
])(
  '%s it is an error, and not shown',
  async (_, download, words) => {
    const token = value('token');
    const folder = await project({ 'app.py': appWith(download, value('known')) });
    const events: BuildEvent[] = [];
    const error = await failure(build(folder, { secrets: SECRETS, environment: { TOKEN: token }, events }));
    expect(error.problems).toEqual([
      expect.objectContaining({ code: 'JLSERVE_WEIGHTS_FAILED', message: expect.stringMatching(words) }),
    ]);
    expect(foundIn(JSON.stringify([events, error.problems, error.stack]), forms(token))).toEqual([]);
  },
  100_000,
);

test('in a warning it is hidden as well', async () => {
  const token = value('token');
  const download = ['open("/tmp/" + os.environ["TOKEN"], "w").write("ID")'];
  const folder = await project({ 'app.py': appWith(download, value('known')) });
  const { events, warnings } = await build(folder, { secrets: SECRETS, environment: { TOKEN: token } });
  const said = JSON.stringify([events, warnings]);
  expect(said).toContain('JLSERVE_NO_WEIGHTS');
  expect(foundIn(said, forms(token))).toEqual([]);
}, 100_000);

test('a name that could lead elsewhere is refused before anything is built', async () => {
  const folder = await project({ 'app.py': appText() });
  const events: BuildEvent[] = [];
  const secrets = [{ id: '../HF_TOKEN', variable: 'TOKEN' }];
  const error = await failure(build(folder, { secrets, environment: { TOKEN: 'x' }, events }));
  expect(error.problems).toEqual([
    {
      code: 'USAGE',
      message: expect.stringMatching(/^the id of a secret .* not "\.\.\/HF_TOKEN"$/) as string,
      hint: 'name it as download_weights() reads it: --secret id=HF_TOKEN,env=VARIABLE',
    },
  ]);
  expect(ran(events)).toEqual([]);
}, 60_000);
