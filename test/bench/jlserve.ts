/**
 * The edit loop of a jlserve app: MiniLM, 91 MB of weights. After one edit of an endpoint, our
 * whole `jlserve build` up to the verified image against two Dockerfiles: the one that people
 * write, and one that runs the build in a single step. Then the bytes that a push of the edited
 * image sends to a registry that has the one before.
 *   OVENBIRD_TEST_BUILDX=… OVENBIRD_TEST_REGISTRY=… node test/bench/jlserve.ts [--rounds N]
 */
import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureBase } from '../../src/engine/base.ts';
import { readCaBundle } from '../../src/project/ca.ts';
import { readVersions } from '../../src/versions.ts';
import { dockerAt } from '../engine-cache.ts';
import { testEngines } from '../integration/engines.ts';
import { median, roundsAsked } from './figures.ts';

const PYTHON = '3.12';
const LIMITS = { written: 0.15, oneRun: 0.3, pushBytes: 50_000 } as const;

const OURS = fileURLToPath(new URL('../../dist/cli/jlserve.js', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../projects/jlserve-minilm', import.meta.url));
const buildx = process.env['OVENBIRD_TEST_BUILDX'] ?? 'docker-buildx';
const rounds = roundsAsked();

const [engine] = testEngines().toReversed();
if (!engine) throw new Error('no engine');
const { name: engineName, address } = engine;
const docker = dockerAt(address);
const root = mkdtempSync(join(tmpdir(), 'ovenbird-bench-'));
const salt = randomBytes(4).toString('hex');

const CA = 'SSL_CERT_FILE=/run/ca.pem PIP_CERT=/run/ca.pem';
const MOUNT = '--mount=type=secret,id=ca,target=/run/ca.pem';
const DOWNLOAD = 'import app; app.MiniLM().download_weights()';

/** What people write, and one step for all; neither checks the image. */
const DOCKERFILES = {
  written: (base: string) =>
    `FROM ${base}\nENV JLSERVE_CACHE_DIR=/weights\nWORKDIR /app\nCOPY . .\n` +
    `RUN ${MOUNT} ${CA} pip install --quiet jlserve==0.1.0 'numpy>=2,<3'\n` +
    `RUN ${MOUNT} mkdir -p /weights && ${CA} python3 -c '${DOWNLOAD}'\n` +
    `CMD ["jlserve", "dev", "app.py"]\n`,
  oneRun: (base: string) =>
    `FROM ${base}\nRUN ${MOUNT} ${CA} pip install --quiet uv jlserve==0.1.0\n` +
    `ENV JLSERVE_CACHE_DIR=/weights\nWORKDIR /app\nCOPY . .\n` +
    `RUN ${MOUNT} --mount=type=cache,target=/cache/uv mkdir -p /weights && UV_CACHE_DIR=/cache/uv ${CA} sh -c ` +
    `"uv pip install --quiet --system --break-system-packages 'numpy>=2,<3' && python3 -c '${DOWNLOAD}'"\n` +
    `CMD ["jlserve", "dev", "app.py"]\n`,
} as const;

type Variant = 'ours' | keyof typeof DOCKERFILES;
const VARIANTS: readonly Variant[] = ['ours', 'written', 'oneRun'];
const seconds: Record<Variant, number[]> = { ours: [], written: [], oneRun: [] };
const project = join(root, 'minilm');
const caFile = join(root, 'ca.pem');
const tagOf = (variant: Variant): string => `ovenbird-bench-${salt}/${variant.toLowerCase()}:1`;

let failed = false;
try {
  cpSync(EXAMPLE, project, { recursive: true });
  writeFileSync(caFile, (await readCaBundle({ environment: process.env }))?.pem ?? '');
  const base = await chosenBase();
  for (const variant of VARIANTS) await run(variant, base, false);
  for (let round = 0; round < rounds; round += 1) {
    // Each variant goes first in turn.
    for (let turn = 0; turn < VARIANTS.length; turn += 1) {
      const variant = VARIANTS[(round + turn) % VARIANTS.length] ?? 'ours';
      edit();
      await run(variant, base, true);
    }
  }
  const bytes = await pushedBytes(base);
  print(bytes);
} finally {
  for (const variant of VARIANTS) await forget(tagOf(variant));
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

async function chosenBase(): Promise<string> {
  const entry = (await readVersions()).python[PYTHON];
  if (!entry) throw new Error(`no base for Python ${PYTHON}`);
  const question = { docker, reference: entry.image, standIn: entry.standIn, platform: 'linux/amd64' };
  return (await ensureBase({ ...question, onEvent: () => undefined })).reference;
}

/** Another constant in the endpoint: nothing that the weights depend on. */
function edit(): void {
  const file = join(project, 'app.py');
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(
    /return Similarity\(.*\n/,
    `return Similarity(cosine=round(cosine(self.embed(pair.first), self.embed(pair.second)), ${3 + Math.floor(Math.random() * 1e9)}))\n`,
  );
  if (edited === text) throw new Error('the edit changed nothing');
  writeFileSync(file, edited);
}

async function run(variant: Variant, base: string, counted: boolean): Promise<void> {
  const started = performance.now();
  const { stderr } = await (variant === 'ours' ? buildOurs() : buildTheirs(variant, base));
  const took = (performance.now() - started) / 1000;
  if (counted) seconds[variant].push(took);
  process.stderr.write(`${variant} ${counted ? 'after an edit' : 'cold'}: ${took.toFixed(2)} s\n`);
  if (variant === 'ours' && counted) process.stderr.write(phases(stderr));
}

/** Our own steps with their times, as the build says them. */
function phases(text: string): string {
  return text
    .split('\n')
    .flatMap((line): string[] => {
      const event = line.startsWith('{') ? (JSON.parse(line) as Record<string, unknown>) : {};
      if (event['type'] !== 'step-finished' || event['cached'] === true) return [];
      return [`    ${String(event['title'])}: ${String(event['durationMs'])} ms\n`];
    })
    .join('');
}

function buildOurs() {
  const environment = { JLSERVE_CACHE_DIR: '' };
  const argv = ['build', join(project, 'app.py'), '--tag', tagOf('ours'), '--engine', address];
  return execa(process.execPath, [OURS, ...argv, '--progress', 'json'], { env: environment });
}

function buildTheirs(variant: keyof typeof DOCKERFILES, base: string) {
  const dockerfile = join(root, `${variant}.Dockerfile`);
  writeFileSync(dockerfile, DOCKERFILES[variant](base));
  const config = join(root, 'docker-config');
  mkdirSync(config, { recursive: true });
  const argv = ['build', '--progress', 'quiet', '--secret', `id=ca,src=${caFile}`, '--file', dockerfile];
  return execa(buildx, [...argv, '--load', '--tag', tagOf(variant), project], {
    env: { DOCKER_HOST: address, DOCKER_CONFIG: config, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
  });
}

/** Pushes the image, edits, builds and pushes again: what the registry has been sent then. */
async function pushedBytes(base: string): Promise<number> {
  const data = join(root, 'registry');
  const port = await freePort();
  const config = join(root, 'registry.yml');
  const storage = { filesystem: { rootdirectory: data } };
  writeFileSync(config, JSON.stringify({ version: 0.1, storage, http: { addr: `127.0.0.1:${port}` } }));
  mkdirSync(data);
  const registry = execa(process.env['OVENBIRD_TEST_REGISTRY'] ?? 'docker-registry', ['serve', config], {
    reject: false,
    stdio: 'ignore',
  });
  const name = `127.0.0.1:${port}/minilm:1`;
  try {
    await answers(`http://127.0.0.1:${port}/v2/`);
    const push = async (): Promise<number> => {
      await docker.getImage(tagOf('ours')).tag({ repo: `127.0.0.1:${port}/minilm`, tag: '1' });
      await execa('docker', ['push', '--quiet', name], { env: { DOCKER_HOST: address } });
      return sizeOf(join(data, 'docker/registry/v2/blobs'));
    };
    const before = await push();
    edit();
    await run('ours', base, false);
    return (await push()) - before;
  } finally {
    registry.kill();
    await registry;
    await forget(name);
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await delay(100);
  }
  throw new Error(`${url} does not answer`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const at = server.address();
      server.close(() => (at && typeof at === 'object' ? resolve(at.port) : reject(new Error('no port'))));
    });
  });
}

async function forget(tag: string): Promise<void> {
  await docker
    .getImage(tag)
    .remove({ force: true })
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404) throw error;
    });
}

function print(pushBytes: number): void {
  const ours = median(seconds.ours);
  const rows = (['written', 'oneRun'] as const).map((variant) => {
    const theirs = median(seconds[variant]);
    const ratio = ours / theirs;
    return { variant, ours, theirs, ratio, limit: LIMITS[variant], met: ratio <= LIMITS[variant] };
  });
  const label = { written: 'the Dockerfile people write', oneRun: 'one RUN for the build' };
  process.stdout.write(`\njlserve, an edit of an endpoint → verified image (Engine ${engineName})\n`);
  for (const row of rows) {
    process.stdout.write(
      `  ${label[row.variant].padEnd(28)} ${row.ours.toFixed(2)} s / ${row.theirs.toFixed(2)} s = ` +
        `${row.ratio.toFixed(3)} (at most ${row.limit})\n`,
    );
  }
  process.stdout.write(`  a push after the edit sends  ${pushBytes} bytes (at most ${LIMITS.pushBytes})\n`);
  process.stdout.write(`${JSON.stringify({ engine: engineName, rounds, rows, pushBytes })}\n`);
  failed = rows.some(({ met }) => !met) || pushBytes > LIMITS.pushBytes;
}
