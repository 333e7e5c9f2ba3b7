import { basename, dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import { onTestFinished } from 'vitest';
import { buildProject, type BuildOptions, type BuildResult } from '../../src/build.ts';
import { CONTAINER_LABEL } from '../../src/engine/create-container.ts';
import type { BuildEvent } from '../../src/events.ts';
import { readVersions } from '../../src/versions.ts';
import { runCli, type Run } from '../cli/run-cli.ts';
import { dockerAt } from '../engine-cache.ts';
import { ENGINE, notes } from './jlserve-fixtures.ts';
import { ask, type HttpAnswer, type Used } from './machine.ts';

export { ENGINE, failure, logs, notes, project, ran, warnings } from './jlserve-fixtures.ts';

/** What the machine says of certificates and proxies: a real build needs the network. */
const NETWORK = Object.fromEntries(
  Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && /^(?:SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|\w*_PROXY|\w*_proxy)$/.test(entry[0]),
  ),
);

export interface Built extends BuildResult {
  readonly events: readonly BuildEvent[];
}

export interface ProgramBuild extends Partial<Omit<BuildOptions, 'target' | 'targetOptions'>> {
  /** Of the target. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Gets the events also when the build fails. */
  readonly events?: BuildEvent[];
}

/** Builds a folder's program as the command does. */
export async function build(
  folder: string,
  { options = {}, events = [], ...rest }: ProgramBuild = {},
): Promise<Built> {
  const result = await buildProject({
    project: folder,
    engine: ENGINE,
    ...rest,
    target: 'pyinstaller',
    onEvent: (event) => events.push(event),
    targetOptions: options,
  });
  return { ...result, events };
}

/** `ovenbird build --target pyinstaller …`, as a user types it in the project's folder. */
export function ovenbird(
  folder: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return runCli('ovenbird', ['build', '--target', 'pyinstaller', ...argv], {
    cwd: folder,
    env: { DOCKER_HOST: ENGINE, ...NETWORK, ...env },
  });
}

/** Lines of a spec that a build printed, for what only the trace saw. */
export function specLines(events: readonly BuildEvent[]): string[] {
  return notes(events).flatMap((note) =>
    /^ {2}(?:hiddenimports|datas) \+=/.test(note) ? [note.trim()] : [],
  );
}

type Suite = 'bookworm' | 'bullseye';

/** The image of a Debian without Python, as the build takes it: the public one, or else its stand-in. */
async function plainImage(docker: Dockerode, suite: Suite): Promise<string> {
  const { image, standIn } = (await readVersions()).debian[suite];
  const isThere = await docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  return isThere ? image : standIn;
}

export interface Use {
  readonly engine?: string;
  readonly suite?: Suite;
  readonly env?: readonly string[];
  /** What the program reads on its standard input. */
  readonly input?: string;
}

/** A user's machine: nothing of Python, no network, nothing that can be written but /tmp. */
async function machine(program: string, argv: readonly string[], use: Use): Promise<Dockerode.Container> {
  const docker = dockerAt(use.engine ?? ENGINE);
  const container = await docker.createContainer({
    Image: await plainImage(docker, use.suite ?? 'bookworm'),
    Entrypoint: [`/app/${basename(program)}`],
    Cmd: [...argv],
    User: '12345:12345',
    WorkingDir: '/tmp',
    Env: [...(use.env ?? [])],
    Labels: { [CONTAINER_LABEL]: 'test' },
    ...(use.input === undefined ? {} : { OpenStdin: true, StdinOnce: true, AttachStdin: true }),
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': 'exec,mode=1777' },
      PidsLimit: 100,
      Binds: [`${dirname(program)}:/app:ro`],
    },
  });
  onTestFinished(() => container.remove({ force: true, v: true }));
  return container;
}

/** Runs an executable with arguments, until it ends. */
export async function run(program: string, argv: readonly string[], use: Use = {}): Promise<Used> {
  const container = await machine(program, argv, use);
  const stream = await container.attach({
    stream: true,
    stdout: true,
    stderr: true,
    ...(use.input === undefined ? {} : { stdin: true, hijack: true }),
  });
  const said = { stdout: '', stderr: '' };
  const into = (name: keyof typeof said): PassThrough =>
    new PassThrough().setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  container.modem.demuxStream(stream, into('stdout'), into('stderr'));
  await container.start();
  if (use.input !== undefined) stream.end(use.input);
  await finished(stream, { writable: false });
  const { StatusCode } = (await container.wait()) as { StatusCode: number };
  return { status: StatusCode, ...said };
}

/** Starts an executable that serves. @returns a way to ask it for paths */
export async function serve(
  program: string,
  { port, argv = [], ...use }: Use & { readonly port: number; readonly argv?: readonly string[] },
): Promise<(path: string) => Promise<HttpAnswer>> {
  const container = await machine(program, argv, use);
  await container.start();
  return (path) => ask(container, port, path);
}
