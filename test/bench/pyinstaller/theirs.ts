import { execa } from 'execa';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NAME, OPTIONS, QUESTIONS } from './project.ts';

const CA = 'SSL_CERT_FILE=/run/ca.pem PIP_CERT=/run/ca.pem';
const MOUNT = '--mount=type=secret,id=ca,target=/run/ca.pem';
const APT = 'apt-get -o Acquire::https::CaInfo=/run/ca.pem -o APT::Sandbox::User=root';

/** Our base image with binutils, the packages of our lock, and the project for its metadata. */
const dockerfile = (base: string): string =>
  `FROM ${base}\n` +
  `RUN ${MOUNT} ${APT} update && ${APT} install --yes --no-install-recommends binutils\n` +
  `COPY ovenbird.lock /prepared/\n` +
  `RUN ${MOUNT} ${CA} pip install --quiet --require-hashes -r /prepared/ovenbird.lock\n` +
  `COPY . /prepared/project/\n` +
  `RUN pip install --quiet --no-deps --no-build-isolation --no-index -e /prepared/project\n`;

/** Seconds, after which a container ends, should this process not live to end it. */
const LONGEST = '7200';

/** `fresh`: nothing of an earlier run is there. `kept`: its own build/ and caches are. */
export type Way = 'fresh' | 'kept';

export interface Run {
  /** Of PyInstaller, and of the executable's first run. Neither starts a container. */
  readonly seconds: number;
  readonly smoke: number;
  readonly bytes: number;
}

/**
 * PyInstaller as people run it: a container of the same base image, another of plain Debian for
 * what comes out. Both are up before anything is timed, and all files lie on a volume.
 */
export class Theirs {
  readonly #env: Record<string, string>;
  readonly #scratch: string;
  readonly #tag: string;
  readonly #containers: string[] = [];
  #build = '';
  #smoke = '';

  constructor(options: { readonly address: string; readonly scratch: string; readonly tag: string }) {
    this.#env = { DOCKER_HOST: options.address };
    this.#scratch = options.scratch;
    this.#tag = options.tag;
  }

  /** Seconds that it takes to make the image. */
  async prepare(options: {
    readonly buildx: string;
    readonly bases: { readonly python: string; readonly debian: string };
    readonly ca: string | Uint8Array;
    readonly project: string;
  }): Promise<number> {
    const { buildx, bases, ca, project } = options;
    const context = join(this.#scratch, 'prepared');
    cpSync(project, context, { recursive: true, filter: (path) => path !== join(project, 'dist') });
    const file = join(this.#scratch, 'Dockerfile');
    const [secret, config] = [join(this.#scratch, 'ca.pem'), join(this.#scratch, 'docker-config')];
    mkdirSync(config, { recursive: true });
    writeFileSync(file, dockerfile(bases.python));
    writeFileSync(secret, ca);
    const started = performance.now();
    const argv = ['build', '--progress', 'quiet', '--no-cache', '--secret', `id=ca,src=${secret}`];
    await execa(buildx, [...argv, '--file', file, '--load', '--tag', this.#tag, context], {
      env: { ...this.#env, DOCKER_CONFIG: config, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
    });
    const seconds = (performance.now() - started) / 1000;
    this.#build = await this.#start(['--volume', '/bench'], this.#tag);
    this.#smoke = await this.#start(['--volumes-from', this.#build], bases.debian);
    return seconds;
  }

  async run(way: Way, project: string): Promise<Run> {
    const folder = `/bench/${way}`;
    const stale = way === 'fresh' ? [folder, this.#cache(way)] : [`${folder}/src`];
    await this.#docker('exec', this.#build, 'rm', '-rf', ...stale);
    await this.#docker('exec', this.#build, 'mkdir', '-p', folder);
    for (const name of ['run.py', 'src']) {
      await this.#docker('cp', join(project, name), `${this.#build}:${folder}/`);
    }
    const settings = ['--workdir', folder, '--env', `PYINSTALLER_CONFIG_DIR=${this.#cache(way)}`];
    const command = ['pyinstaller', '--noconfirm', ...OPTIONS, 'run.py'];
    const seconds = await timed(() => this.#docker('exec', ...settings, this.#build, ...command));
    const made = `${folder}/dist/${NAME}`;
    const smoke = await timed(() => this.#docker('exec', this.#smoke, made, '--help'));
    const { stdout } = await this.#docker('exec', this.#build, 'stat', '--format', '%s', made);
    return { seconds, smoke, bytes: Number(stdout) };
  }

  /** What an executable says to the questions, where there is no Python. */
  async answers(made: { readonly way: Way } | { readonly file: string }): Promise<string> {
    let at = '/bench/ours';
    if ('way' in made) at = `/bench/${made.way}/dist/${NAME}`;
    else await this.#docker('cp', made.file, `${this.#smoke}:${at}`);
    const lines = QUESTIONS.map((words) => `${[at, ...words].join(' ')} 2>&1; echo "= $?"`);
    const { stdout } = await this.#docker('exec', this.#smoke, 'sh', '-c', lines.join('\n'));
    return stdout;
  }

  async end(): Promise<void> {
    for (const container of this.#containers) await this.#docker('kill', container);
    await this.#docker('image', 'rm', '--force', this.#tag);
  }

  /** PyInstaller's own folder for what it keeps between projects. */
  #cache(way: Way): string {
    return `/bench/cache-${way}`;
  }

  async #start(options: readonly string[], image: string): Promise<string> {
    const argv = ['run', '--detach', '--rm', '--init', '--network', 'none', ...options];
    const { stdout } = await this.#docker(...argv, '--entrypoint', 'sleep', image, LONGEST);
    this.#containers.unshift(stdout.trim());
    return stdout.trim();
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
