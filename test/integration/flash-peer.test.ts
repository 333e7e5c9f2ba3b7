import { execa } from 'execa';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildProject } from '../../src/build.ts';
import { temporaryFolder } from '../temporary.ts';
import { testEngines } from './engines.ts';
import { copyOfProject } from './example.ts';

const PEER = fileURLToPath(new URL('../peer/run-peer.py', import.meta.url));

/** One field that the two manifests have differently. */
interface Difference {
  /** `resources.api.imageName` */
  readonly field: string;
  readonly peer: unknown;
  readonly ours: unknown;
}

function differences(peer: unknown, ours: unknown, field = ''): Difference[] {
  if (isObject(peer) && isObject(ours)) {
    const keys = [...new Set([...Object.keys(peer), ...Object.keys(ours)])].sort();
    return keys.flatMap((key) => differences(peer[key], ours[key], field === '' ? key : `${field}.${key}`));
  }
  return JSON.stringify(peer) === JSON.stringify(ours) ? [] : [{ field, peer, ours }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fields(value: unknown): number {
  if (!isObject(value)) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + fields(each), 0);
}

/** What we have differently on purpose (see the README): the time, and the image of the chosen Python. */
const CORRECTED = [/^generated_at$/, /^resources\.[^.]+\.imageName$/];

/** pip leaves these beside what was asked for by name; nothing reads them. */
const PEER_ONLY = /\.dist-info\/REQUESTED$/;

interface PeerBuild {
  /** Path of its `flash_manifest.json`. */
  readonly manifest: string;
  /** Names in its archive. */
  readonly entries: readonly string[];
}

/** The peer's own build of the project, with the versions that our lock has. */
async function runPeer(folder: string, python: string): Promise<PeerBuild> {
  const lock = readFileSync(join(folder, 'ovenbird.lock'), 'utf8');
  const pins = [...lock.matchAll(/^([A-Za-z0-9][\w.-]*==[\w.+!]+)/gm)].map((match) => match[1]);
  const constraint = join(temporaryFolder(), 'constraint.txt');
  writeFileSync(constraint, `${pins.join('\n')}\n`);
  rmSync(join(folder, 'ovenbird.lock'));
  const args = [PEER, folder, '--python-version', python, '--constraint', constraint];
  const { stdout } = await execa('python3', args, { env: { PYTHONDONTWRITEBYTECODE: '1' } });
  return JSON.parse(stdout) as PeerBuild;
}

test.each([
  { project: 'flash-example', python: '3.12' },
  { project: 'flash-packages', python: '3.12' },
  { project: 'flash-pipeline', python: '3.12' },
  { project: 'flash-packages', python: '3.11' },
])(
  "$project for Python $python: the peer's manifest and archive",
  { timeout: 600_000 },
  async ({ project, python }) => {
    const folder = await copyOfProject(project);
    const built = await buildProject({ project: folder, python, engine: testEngines()[0]?.address ?? '' });
    const peer = await runPeer(folder, python);

    const theirs: unknown = JSON.parse(readFileSync(peer.manifest, 'utf8'));
    const ours: unknown = JSON.parse(readFileSync(join(folder, '.flash/flash_manifest.json'), 'utf8'));
    const found = differences(theirs, ours);
    process.stdout.write(
      `${project}, Python ${python}: ${fields(theirs)} fields, ${found.length} differ\n` +
        found
          .map((each) => `  ${each.field}: ${JSON.stringify(each.peer)} → ${JSON.stringify(each.ours)}\n`)
          .join(''),
    );
    expect(fields(theirs)).toBeGreaterThan(20);
    expect(found.filter((each) => !CORRECTED.some((pattern) => pattern.test(each.field)))).toEqual([]);
    // On the peer's own default Python even the image is the same.
    expect(
      found.map((each) => each.field).filter((field) => python === '3.12' && field !== 'generated_at'),
    ).toEqual([]);

    const archive = await execa('tar', ['-tzf', built.artifact.path]);
    const inOurs = new Set(archive.stdout.split('\n').map((name) => name.replace(/^\.\/|\/$/g, '')));
    const inTheirs = new Set(peer.entries.map((name) => name.replace(/^\.\/?|\/$/g, '')));
    const onlyTheirs = [...inTheirs].filter((name) => !inOurs.has(name));
    const onlyOurs = [...inOurs].filter((name) => !inTheirs.has(name));
    process.stdout.write(
      `  archive: ${inTheirs.size} entries, only the peer's ${onlyTheirs.length}, only ours ${onlyOurs.length}\n`,
    );
    if (python !== '3.12') return; // the peer picks wheels by the Python that it runs on
    expect(onlyTheirs.filter((name) => !PEER_ONLY.test(name) && !name.includes('__pycache__'))).toEqual([]);
    expect(onlyOurs).toEqual([]);
  },
);
