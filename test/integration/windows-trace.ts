import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { composeContext } from '../../src/context/compose.ts';
import { renderDockerfile } from '../../src/dockerfile/render.ts';
import { readOwnFile } from '../../src/package-root.ts';
import { readCaBundle } from '../../src/project/ca.ts';
import { scanProject } from '../../src/project/scan.ts';
import { openProvider } from '../../src/providers/registry.ts';
import { allStages } from '../../src/targets/pyinstaller/stages.ts';
import { planWindowsPython, WINDOWS_PYTHON_ROOT } from '../../src/targets/pyinstaller/windows-python/plan.ts';
import { readWindowsPython } from '../../src/targets/pyinstaller/windows-python/read.ts';
import { readVersions } from '../../src/versions.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { standIns, windowsPython } from '../windows-python.ts';
import { testEngines } from './engines.ts';

const [newest] = testEngines().toReversed();
const PYTHON = '3.12';

/** Packages for Windows, as the build's own step leaves them. */
const INSTALL = `
FROM native AS traced-packages
RUN --mount=type=tmpfs,target=/mnt \\
    --mount=type=bind,from=uv,source=/ob/uv,target=/mnt/uv \\
    --mount=type=cache,id=ovenbird-uv,target=/mnt/cache/uv \\
    --mount=type=secret,id=ca,target=/mnt/secrets/ca.pem \\
    SSL_CERT_FILE=$(test -s /mnt/secrets/ca.pem && echo /mnt/secrets/ca.pem) UV_CACHE_DIR=/mnt/cache/uv UV_LINK_MODE=copy \\
    /mnt/uv/pkg/bin/uv pip install --quiet --python python3 --python-platform x86_64-pc-windows-msvc \\
    --only-binary :all: --target /ob/deps/root/opt/deps 'numpy>=2.2' pydantic
`;

/** The stage `trace-windows`, once for each of several programs. */
const traceStage = (name: string): string => `
FROM windows-builder AS trace-${name}
RUN --mount=type=tmpfs,target=/mnt \\
    --mount=type=tmpfs,target=/tmp \\
    --mount=type=bind,source=toolkit/trace,target=/mnt/toolkit \\
    --mount=type=bind,source=plan/trace/${name},target=/mnt/plan \\
    --mount=type=bind,source=project,target=/mnt/project \\
    --mount=type=bind,from=traced-packages,source=/ob/deps/root/opt/deps,target=/mnt/deps \\
    ["python3", "/mnt/toolkit/main.py"]
`;

/** What they found, and what else they left in wine's folders. */
const resultStages = (names: readonly string[]): string => `
FROM windows-builder AS left
RUN ${names
  .map((name) => `--mount=type=bind,from=trace-${name},source=/opt/wine/drive_c,target=/mnt/${name}`)
  .join(' ')} \\
    mkdir /ob && cd /opt/wine/drive_c && find . -type f | sort >/tmp/before && \\
    for name in ${names.join(' ')}; do \\
      (cd /mnt/$name && find . -type f | sort) | comm -13 /tmp/before - >/ob/$name; \\
    done

FROM scratch AS traced
COPY --from=left /ob/ /left/
${names.map((name) => `COPY --from=trace-${name} /ob/trace/ /ob/trace-report/ /${name}/`).join('\n')}
`;

interface Program {
  readonly entry: object;
  readonly arguments?: readonly string[];
  readonly http?: string;
  readonly timeoutSeconds?: number;
}

interface Traced {
  readonly trace: {
    readonly modules: readonly string[];
    readonly metadata: readonly string[];
    readonly data: readonly string[];
    readonly loose: readonly string[];
    readonly libraries: readonly string[];
    readonly ran: boolean;
  };
  readonly said: string;
  readonly reason: string;
  readonly status: string;
  readonly http: string;
  readonly seconds: number;
  /** Files that were not in wine's prefix before. */
  readonly left: readonly string[];
}

/** Runs programs of one project unfrozen under wine, by the step of an executable's build. */
export async function traceWindows<Name extends string>(
  files: Readonly<Record<string, string>>,
  programs: Readonly<Record<Name, Program>>,
): Promise<Record<Name, Traced>> {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  await writeFiles(folder, {
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`project/${path}`, text])),
    'result/.keep': '',
  });
  const signal = new AbortController().signal;
  const onEvent = (): void => undefined;
  const provider = await openProvider({ engine: newest?.address ?? '', signal, onEvent });
  onTestFinished(() => provider.close());
  const given = await readWindowsPython({ given: await windowsPython(PYTHON), folder, python: PYTHON });
  if (given.kind === 'image') throw new Error('the test bed’s Python is a file');
  const part = planWindowsPython(given, { python: PYTHON, versions: await readVersions() });
  const { base, wine } = await standIns(PYTHON);
  const names = Object.keys(programs) as Name[];
  const template = await readOwnFile('dockerfiles/pyinstaller/Dockerfile');
  const ca = await readCaBundle({ environment: process.env });
  const requests = Object.entries<Program>(programs).map(([name, program]) => [
    `trace/${name}/request.json`,
    JSON.stringify({
      system: 'windows',
      entry: program.entry,
      sourceRoots: ['src', 'tools', '.'],
      project: { name: 'Shop', version: '1.2', scripts: { shop: 'shop.cli:main' } },
      smoke: {
        arguments: program.arguments ?? [],
        http: program.http === undefined ? null : { path: program.http },
        timeoutSeconds: program.timeoutSeconds ?? 60,
        asked: true,
      },
    }),
  ]);
  await provider.build({
    dockerfile: renderDockerfile({
      template: [template, INSTALL, ...names.map(traceStage), resultStages(names)].join(''),
      base,
      images: { wine },
      platform: 'linux/amd64',
      stages: allStages(part.stages, part.images),
    }),
    context: await composeContext({
      tree: await scanProject({ root: project, rules: { gitignore: false, builtIn: [] } }),
      plan: {
        template: 'pyinstaller',
        files: { ...part.files, ...(Object.fromEntries(requests) as Record<string, string>) },
        inputs: part.inputs,
      },
      inputs: new Map([[WINDOWS_PYTHON_ROOT, given.tree]]),
      sharedKey: `test-windows-${PYTHON}`,
    }),
    platform: 'linux/amd64',
    secrets: new Map(ca ? [['ca', ca.pem]] : []),
    output: { type: 'folder', folder: join(folder, 'result') },
    stage: 'traced',
    titles: new Map(),
    noCache: false,
    signal,
    onEvent,
  });
  const read = (path: string): string => readFileSync(join(folder, 'result', path), 'utf8');
  const traced = names.map((name): [Name, Traced] => [
    name,
    {
      trace: JSON.parse(read(`${name}/trace.json`)) as Traced['trace'],
      said: read(`${name}/said`),
      reason: read(`${name}/reason`),
      status: read(`${name}/status`),
      http: read(`${name}/http`),
      seconds: Number(read(`${name}/seconds`)),
      left: read(`left/${name}`).split('\n').filter(Boolean),
    },
  ]);
  return Object.fromEntries(traced) as Record<Name, Traced>;
}
