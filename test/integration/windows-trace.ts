import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openProvider } from '../../src/providers/registry.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';
import { buildWindowsStage, packagesStage } from './windows-stages.ts';

const [newest] = testEngines().toReversed();
const PYTHON = '3.12';

/** The stage `trace-windows`, once for each of several programs. */
const traceStage = (name: string): string => `
FROM windows-builder AS trace-${name}
RUN --mount=type=tmpfs,target=/mnt \\
    --mount=type=tmpfs,target=/tmp \\
    --mount=type=bind,source=toolkit/trace,target=/mnt/toolkit \\
    --mount=type=bind,source=plan/trace/${name},target=/mnt/plan \\
    --mount=type=bind,source=project,target=/mnt/project \\
    --mount=type=bind,from=traced-packages,source=/packages,target=/mnt/deps \\
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
  const names = Object.keys(programs) as Name[];
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
  await buildWindowsStage({
    provider,
    python: PYTHON,
    project,
    stages: [
      packagesStage('traced-packages', ['numpy>=2.2', 'pydantic']),
      ...names.map(traceStage),
      resultStages(names),
    ].join(''),
    files: Object.fromEntries(requests) as Record<string, string>,
    stage: 'traced',
    output: { type: 'folder', folder: join(folder, 'result') },
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
