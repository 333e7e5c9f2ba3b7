/**
 * The real command line with a builder that plays a part: FAKE says which. Run as a program.
 */
import { main } from '../../src/cli/main.ts';
import type { Builder } from '../../src/cli/context.ts';
import { listenForSignals } from '../../src/cli/signals.ts';
import { OvenbirdError, problem } from '../../src/errors.ts';
import type { BuildOptions, BuildResult } from '../../src/build-options.ts';

const part = process.env['FAKE'] ?? 'ok';

async function buildProject(options: BuildOptions): Promise<BuildResult> {
  const onEvent = options.onEvent ?? (() => undefined);
  const time = Date.now();
  onEvent({ type: 'step-started', step: 'a', title: 'install 14 packages for Python 3.12', time });
  onEvent({
    type: 'log',
    step: 'a',
    stream: 'stdout',
    text: 'Downloading \u001b[31mnumpy\u001b[0m 10%\rDownloading numpy 100%',
    time,
  });
  switch (part) {
    case 'options':
      process.stdout.write(`${JSON.stringify({ ...options, signal: undefined, environment: undefined })}\n`);
      break;
    case 'hang':
      await stopped(options.signal);
      throw problem('INTERRUPTED', 'the build was stopped');
    case 'deaf':
      await new Promise(() => setInterval(() => undefined, 1000));
      break;
    case 'problems':
      throw new OvenbirdError([
        {
          code: 'PYTHON_SYNTAX',
          message: 'invalid syntax',
          location: { file: 'app\u001b[2J.py', line: 3, column: 7 },
          hint: 'fix the line',
          detail: 'def f(:\n      ^',
        },
        {
          code: 'FLASH_DUPLICATE_ROUTE',
          message: "Duplicate route 'GET /x'",
          location: { file: 'b.py', line: 9 },
        },
      ]);
    case 'defect':
      throw new TypeError('x is not a function');
    default:
  }
  onEvent({
    type: 'step-finished',
    step: 'a',
    title: 'install 14 packages for Python 3.12',
    time,
    durationMs: 12_340,
    cached: false,
  });
  onEvent({
    type: 'warning',
    code: 'W',
    message: 'a module is shadowed',
    location: { file: 'handler.py', line: 1 },
  });
  return result(options);
}

function result(options: BuildOptions): BuildResult {
  return {
    schema: 1,
    target: 'flash',
    project: options.project,
    name: 'app',
    python: '3.12',
    platform: 'linux/amd64',
    base: 'python:3.12-slim-bookworm',
    artifact: {
      kind: 'file',
      path: `${options.project}/.flash/artifact.tar.gz`,
      bytes: 45_200_000,
      digest: 'sha256:00',
    },
    files: 42,
    packages: [{ name: 'numpy', version: '2.1.0', bytes: 60_000_000 }],
    excluded: ['torch'],
    warnings: [],
    notes: [],
    endpoints: [{ name: 'hello', kind: 'queue', functions: ['hello'], file: 'main.py', line: 3 }],
    durationMs: 12_400,
    cachedSteps: 2,
    steps: 5,
    engine: 'Docker Engine 28.5.2',
  };
}

function stopped(signal: AbortSignal | undefined): Promise<void> {
  const keepAlive = setInterval(() => undefined, 1000);
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => {
      clearInterval(keepAlive);
      resolve();
    });
  });
}

const builder: Builder = {
  buildProject,
  detectTarget: () => Promise.resolve('flash'),
  planProject: () => Promise.reject(problem('FLASH_NO_ENDPOINTS', 'no endpoint')),
  renderPlan: () => Promise.reject(new Error('not in this play')),
};

const [program = 'ovenbird', ...argv] = process.argv.slice(2);
const status = await main({
  program: program === 'flash' ? 'flash' : 'ovenbird',
  argv,
  context: {
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    listenForSignals: (onFirst) => listenForSignals({ onFirst, exit: (code) => process.exit(code) }),
    loadBuilder: () => Promise.resolve(builder),
  },
});
process.exit(status);
