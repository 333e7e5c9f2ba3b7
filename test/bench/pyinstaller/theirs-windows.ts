import { execa } from 'execa';
import { join } from 'node:path';
import { prepare } from '../../../src/build-job.ts';
import { composeJob, solveStage } from '../../../src/build-solve.ts';
import { NAME, OPTIONS, QUESTIONS } from './project.ts';
import type { Run } from './theirs.ts';

/** Our own stages, so that nobody's wine, Python or packages are better than the other's. */
const STAGE = `
FROM windows-builder AS theirs
COPY --from=install-windows /ob/deps/root/opt/deps/ /opt/python/Lib/site-packages/
COPY plan/theirs/ /opt/python/Lib/site-packages/
`;

const METADATA = `Metadata-Version: 2.1\nName: ${NAME}\nVersion: 0.3.1\n`;

const PYTHON = 'Z:\\opt\\python\\python.exe';

/** Seconds, after which the container ends, should this process not live to end it. */
const LONGEST = '7200';

/** PyInstaller under wine as people run it: a container whose wine is up before anything is timed. */
export class TheirsOnWindows {
  readonly #env: Record<string, string>;
  readonly #tag: string;
  #container = '';

  constructor(options: { readonly address: string; readonly tag: string }) {
    this.#env = { DOCKER_HOST: options.address };
    this.#tag = options.tag;
  }

  /** @param windowsPython the one that ours was built with */
  async prepare(options: {
    readonly project: string;
    readonly python: string;
    readonly windowsPython: string;
  }): Promise<void> {
    const { project, python, windowsPython } = options;
    const job = await prepare(
      {
        project,
        target: 'pyinstaller',
        python,
        engine: this.#env['DOCKER_HOST'] ?? '',
        targetOptions: { os: 'windows', windowsPython, entry: 'run.py' },
      },
      new AbortController().signal,
    );
    try {
      const [distribution] = [`theirs/${NAME.replace('-', '_')}-0.3.1.dist-info/METADATA`];
      const plan = { ...job.plan, files: { ...job.plan.files, [distribution]: METADATA } };
      const composed = await composeJob({ ...job, plan }, false);
      await solveStage(
        { ...composed, dockerfile: composed.dockerfile + STAGE },
        { stage: 'theirs', output: { type: 'image', name: this.#tag, labels: {} } },
      );
    } finally {
      await job.provider.close();
    }
    const start = ['run', '--detach', '--rm', '--init', '--network', 'none', '--volume', '/bench'];
    const { stdout } = await this.#docker(...start, '--entrypoint', 'sleep', this.#tag, LONGEST);
    this.#container = stdout.trim();
    await this.#docker('exec', this.#container, 'wineserver', '--persistent');
    await this.#docker('exec', this.#container, 'wine', PYTHON, '-c', 'print()');
  }

  /** From nothing: no `build/` and no cache of an earlier run. */
  async run(project: string): Promise<Run> {
    const folder = '/bench/fresh';
    await this.#docker('exec', this.#container, 'rm', '-rf', folder, '/bench/cache');
    await this.#docker('exec', this.#container, 'mkdir', '-p', folder);
    for (const name of ['run.py', 'src']) {
      await this.#docker('cp', join(project, name), `${this.#container}:${folder}/`);
    }
    const settings = ['PYINSTALLER_CONFIG_DIR=Z:\\bench\\cache', 'PYTHONUTF8=1'].flatMap((each) => [
      '--env',
      each,
    ]);
    const command = ['wine', PYTHON, '-m', 'PyInstaller', '--noconfirm', ...OPTIONS, 'run.py'];
    const argv = ['exec', '--workdir', folder, ...settings, this.#container, ...command];
    const seconds = await timed(() => this.#docker(...argv));
    const made = `${folder}/dist/${NAME}.exe`;
    const smoke = await timed(() => this.#docker('exec', this.#container, 'wine', made, '--help'));
    const { stdout } = await this.#docker('exec', this.#container, 'stat', '--format', '%s', made);
    return { seconds, smoke, bytes: Number(stdout) };
  }

  /** What an executable says to the questions; theirs, or a file of this machine. */
  async answers(file?: string): Promise<string> {
    const at = file === undefined ? `/bench/fresh/dist/${NAME}.exe` : '/bench/ours.exe';
    if (file !== undefined) await this.#docker('cp', file, `${this.#container}:${at}`);
    const lines = QUESTIONS.map((words) => `wine ${[at, ...words].join(' ')} 2>&1; echo "= $?"`);
    const { stdout } = await this.#docker('exec', this.#container, 'sh', '-c', lines.join('\n'));
    return stdout.replaceAll('\r\n', '\n');
  }

  async end(): Promise<void> {
    if (this.#container !== '') await this.#docker('kill', this.#container);
    await this.#docker('image', 'rm', '--force', this.#tag);
  }

  #docker(...argv: readonly string[]) {
    return execa('docker', argv, { env: this.#env });
  }
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return (performance.now() - started) / 1000;
}
