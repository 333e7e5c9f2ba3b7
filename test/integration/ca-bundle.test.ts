import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildProject } from '../../src/build.ts';
import { composeContext } from '../../src/context/compose.ts';
import { renderPlan } from '../../src/dockerfile/render-plan.ts';
import type { BuildEvent } from '../../src/events.ts';
import { planProject } from '../../src/plan-project.ts';
import { openProvider } from '../../src/providers/registry.ts';
import { temporaryFolder } from '../temporary.ts';
import { testEngines } from './engines.ts';
import { copyOfProject } from './example.ts';

const STAGES = ['uv', 'resolve', 'install', 'sdk', 'discover', 'squeeze', 'pack'];

/** The host's bundle with a marker of ours in it, in the places where a PEM file may have text. */
function markedBundle(): { file: string; needles: string[] } {
  const host = process.env['SSL_CERT_FILE'];
  const pem = host ? readFileSync(host, 'utf8') : readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8');
  const marker = `ovenbird-marker-${randomBytes(12).toString('hex')}`;
  const file = join(temporaryFolder(), 'ca.pem');
  writeFileSync(file, `# ${marker}\n${pem}\n# ${marker}\n`);
  return { file, needles: [marker, ...base64Forms(marker)] };
}

/** How the marker looks inside base64, at each of the three alignments. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
    return encoded.slice(4, -4);
  });
}

describe.each(testEngines())('on engine $name', ({ address }) => {
  test('the CA bundle serves every step and stays in none', { timeout: 400_000 }, async () => {
    const { file, needles } = markedBundle();
    const project = await copyOfProject('flash-example');
    const events: BuildEvent[] = [];
    const result = await buildProject({
      project,
      engine: address,
      caFile: file,
      noCache: true,
      onEvent: (event) => events.push(event),
    });

    // What the user keeps: archive, manifest, lock, everything in the project's folder.
    const kept = readdirSync(project, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    const archive = gunzipSync(readFileSync(result.artifact.path));
    // What was said and decided.
    const planned = await planProject({ project, target: 'flash', caFile: file });
    const dockerfile = await renderPlan({ ...planned.plan, stages: { lock: 'lock-resolved' } }, result);
    const said = Buffer.from(JSON.stringify([events, planned.plan, dockerfile, result]));
    for (const haystack of [...kept, archive, said]) {
      expect(needles.filter((needle) => haystack.includes(needle))).toEqual([]);
    }

    const found = await searchStages({ address, project, dockerfile, file, needles });
    expect(Object.keys(found).sort()).toEqual([...STAGES, 'planted'].sort());
    // The search itself is shown to find what is there.
    expect(found['planted']).toContain('/ob/planted');
    for (const stage of STAGES) expect(found[stage], stage).toBe('');
  });
});

interface Search {
  readonly address: string;
  readonly project: string;
  readonly dockerfile: string;
  readonly file: string;
  readonly needles: readonly string[];
}

/** Looks through every file of every stage, in the engine. @returns paths found, by stage */
async function searchStages(search: Search): Promise<Record<string, string>> {
  const patterns = search.needles.map((needle) => `-e ${needle}`).join(' ');
  const grep = `(grep -rlF ${patterns} / --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev || true) > /ob/found`;
  const dockerfile = [
    search.dockerfile,
    'FROM native AS planted',
    `RUN mkdir -p /ob && echo ${search.needles[0]} > /ob/planted`,
    ...[...STAGES, 'planted'].flatMap((stage) => [`FROM ${stage} AS probe-${stage}`, `RUN ${grep}`]),
    'FROM scratch',
    ...[...STAGES, 'planted'].map((stage) => `COPY --from=probe-${stage} /ob/found /${stage}`),
  ].join('\n');
  // As before the build wrote the lock: the stage that resolves is searched too.
  rmSync(join(search.project, 'ovenbird.lock'));
  const { tree, plan } = await planProject({ project: search.project, target: 'flash' });
  const folder = temporaryFolder();
  const signal = new AbortController().signal;
  const provider = await openProvider({ engine: search.address, signal, onEvent: () => undefined });
  try {
    await provider.build({
      dockerfile,
      context: await composeContext({ tree, plan, sharedKey: search.project }),
      platform: plan.platform,
      secrets: new Map([['ca', readFileSync(search.file)]]),
      output: { type: 'folder', folder },
      titles: new Map(),
      noCache: false,
      signal,
      onEvent: () => undefined,
    });
  } finally {
    await provider.close();
  }
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

test('without the bundle a step that needs the network says what to type', { timeout: 200_000 }, async () => {
  const environment = { ...process.env };
  for (const name of [
    'SSL_CERT_FILE',
    'REQUESTS_CA_BUNDLE',
    'NODE_EXTRA_CA_CERTS',
    'PIP_CERT',
    'CURL_CA_BUNDLE',
  ]) {
    delete environment[name];
  }
  const project = await copyOfProject('flash-example');
  const cli = new URL('../../src/cli/ovenbird.ts', import.meta.url).pathname;
  const args = ['build', '.', '--engine', testEngines()[0]?.address ?? '', '--no-cache', '--json'];
  const { stdout, exitCode } = await execa(process.execPath, [cli, ...args], {
    cwd: project,
    env: environment,
    extendEnv: false,
    reject: false,
  });
  // Behind an inspecting proxy it fails with the hint; on an open network it simply builds.
  const { error } = JSON.parse(stdout) as { error?: { hint: string; code: string } };
  if (error) {
    expect(error.code).toBe('DEPENDENCY_DOWNLOAD_FAILED');
    expect(error.hint).toMatch(/--ca/);
    expect(exitCode).toBe(75);
  } else {
    expect(exitCode).toBe(0);
  }
});
