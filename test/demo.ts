/**
 * `make demo`: builds the example, then calls every endpoint of the archive in a clean
 * container, the way the Flash worker would.
 */
import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildResult } from '../src/build-options.ts';
import { buildWorkerImage, callQueue, unpackForWorker, withServer } from './flash-worker.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PROJECT = join(ROOT, 'test/projects/flash-example');
const engine = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

say('$ ovenbird build test/projects/flash-example');
const built = await execa(process.execPath, [join(ROOT, 'bin/ovenbird.js'), 'build', PROJECT, '--json'], {
  cwd: ROOT,
  stderr: 'inherit',
});
const result = JSON.parse(built.stdout) as BuildResult;

const image = await buildWorkerImage({ engine, base: result.base, python: result.python });
const folder = await mkdtemp(join(tmpdir(), 'ovenbird-demo-'));
try {
  say('\nCalling every endpoint, from the unpacked archive in a clean container:\n');
  const app = await unpackForWorker(result.artifact.path, join(folder, 'app'));
  const worker = (resource: string) => ({ engine, image, app, resource });
  const answers = await Promise.all([
    callQueue(worker('stats'), { numbers: [1, 2, 3, 4] }),
    callQueue(worker('images'), { method: 'gradient', width: 4, height: 2, palette: 'moss' }),
    callQueue(worker('images'), { method: 'names' }),
    withServer(worker('api'), async (address) => {
      const dice = await fetch(`${address}/dice?sides=20&seed=7`);
      const slug = await fetch(`${address}/slug`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: 'Ovenbirds build ovens' }),
      });
      if (!dice.ok || !slug.ok) throw new Error(`api answered ${dice.status} and ${slug.status}`);
      return [await dice.text(), await slug.text()].join('\n  api     POST /slug text=Ovenbirds…  → ');
    }),
  ]);
  say(`  stats   numbers=[1,2,3,4]           → ${answers[0]}`);
  say(`  images  gradient width=4 height=2   → ${answers[1]}`);
  say(`  images  names                       → ${answers[2]}`);
  say(`  api     GET /dice?sides=20&seed=7   → ${answers[3]}`);
  for (const answer of answers.slice(0, 3)) {
    if (answer.includes("'success': False") || answer.includes("'error'"))
      throw new Error(`an endpoint failed: ${answer}`);
  }
  say('\nEvery endpoint answered.');
} finally {
  await rm(folder, { recursive: true, force: true });
}
