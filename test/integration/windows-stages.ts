import { composeContext } from '../../src/context/compose.ts';
import { renderDockerfile } from '../../src/dockerfile/render.ts';
import { readOwnFile } from '../../src/package-root.ts';
import { readCaBundle } from '../../src/project/ca.ts';
import { scanProject } from '../../src/project/scan.ts';
import type { BuildOutcome, BuildOutput, Provider } from '../../src/providers/provider.ts';
import { allStages } from '../../src/targets/pyinstaller/stages.ts';
import { planWindowsPython, WINDOWS_PYTHON_ROOT } from '../../src/targets/pyinstaller/windows-python/plan.ts';
import { readWindowsPython } from '../../src/targets/pyinstaller/windows-python/read.ts';
import { readVersions } from '../../src/versions.ts';
import { temporaryFolder } from '../temporary.ts';
import { standIns, windowsPython } from '../windows-python.ts';

export interface WindowsStages {
  readonly provider: Provider;
  /** `3.13` */
  readonly python: string;
  /** An image that holds the Windows Python, in place of the test bed's archive. */
  readonly image?: string | undefined;
  /** What follows the template of executables: stages of the test's own. */
  readonly stages?: string;
  /** A folder that is the project; an empty one when absent. */
  readonly project?: string;
  /** For these, by path in `plan/`. */
  readonly files?: Readonly<Record<string, string>>;
  /** The stage that is the result. */
  readonly stage: string;
  /** Stages that run whatever the engine's cache has. */
  readonly noCache?: readonly string[];
  readonly output: BuildOutput;
}

/** Builds one stage of the real template, or of stages after it. */
export async function buildWindowsStage(options: WindowsStages): Promise<BuildOutcome> {
  const { provider, python, image, stages = '', project, files = {}, stage, noCache = [], output } = options;
  const folder = temporaryFolder();
  const given = await readWindowsPython({ given: image ?? (await windowsPython(python)), folder, python });
  const part = planWindowsPython(given, { python, versions: await readVersions() });
  const { base, wine } = await standIns(python);
  const tree = await scanProject({ root: project ?? folder, rules: { gitignore: false, builtIn: [] } });
  const ca = await readCaBundle({ environment: process.env });
  return provider.build({
    dockerfile: renderDockerfile({
      template: (await readOwnFile('dockerfiles/pyinstaller/Dockerfile')) + stages,
      base,
      images: { wine, ...(image === undefined ? {} : { windowsimage: image }) },
      platform: 'linux/amd64',
      stages: allStages(part.stages, part.images),
    }),
    context: await composeContext({
      tree,
      plan: { template: 'pyinstaller', files: { ...part.files, ...files }, inputs: part.inputs },
      inputs: new Map(given.kind === 'image' ? [] : [[WINDOWS_PYTHON_ROOT, given.tree]]),
      sharedKey: `test-windows-${python}`,
    }),
    platform: 'linux/amd64',
    secrets: new Map(ca ? [['ca', ca.pem]] : []),
    output,
    stage,
    titles: new Map(),
    noCache,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
}

/** A stage with packages for Windows at /packages, fetched without wine. */
export function packagesStage(name: string, requirements: readonly string[]): string {
  return `
FROM native AS ${name}
RUN --mount=type=tmpfs,target=/mnt \\
    --mount=type=bind,from=uv,source=/ob/uv,target=/mnt/uv \\
    --mount=type=cache,id=ovenbird-uv,target=/mnt/cache/uv \\
    --mount=type=secret,id=ca,target=/mnt/secrets/ca.pem \\
    SSL_CERT_FILE=$(test -s /mnt/secrets/ca.pem && echo /mnt/secrets/ca.pem) UV_CACHE_DIR=/mnt/cache/uv UV_LINK_MODE=copy \\
    /mnt/uv/pkg/bin/uv pip install --quiet --python python3 --python-platform x86_64-pc-windows-msvc \\
    --only-binary :all: --target /packages ${requirements.map((each) => `'${each}'`).join(' ')}
`;
}
