import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { problem, throwAll } from '../../errors.ts';
import type { ProjectTree } from '../../project/tree.ts';
import { readJlserveApp } from '../../targets/jlserve/read-app.ts';
import type { CliContext } from '../context.ts';

export interface InstallOptions {
  readonly root: string;
  /** The app's file, absolute. */
  readonly file: string;
  readonly tree: ProjectTree;
  readonly python: string;
  /** Folder for what is only needed now. */
  readonly work: string;
  readonly context: CliContext;
}

/**
 * Installs what the app requires with the user's uv, into the environment of its Python.
 * Nothing is installed where nothing is required.
 * @throws OvenbirdError `PROGRAM_NOT_FOUND`, `DEPENDENCY_UNRESOLVABLE`
 */
export async function installRequirements(options: InstallOptions): Promise<void> {
  const { root, file, tree, python, work, context } = options;
  const { app, problems } = await readJlserveApp({ root, file: basename(file), tree });
  throwAll(problems);
  const { entries = [], files = [], uvLock } = app?.requirements ?? {};
  const top = files.filter((each) => each.top);
  if (entries.length === 0 && top.length === 0 && uvLock === undefined) return;
  const names = [
    ...entries.map(({ requirement }) => requirement),
    ...top.map(({ path }) => path),
    ...(uvLock === undefined ? [] : ['uv.lock']),
  ];
  context.stdout.write(`Installing requirements: ${names.join(', ')}\n`);
  const sources = top.map(({ path }) => join(root, path));
  if (entries.length > 0) {
    // In a file: no requirement can pass for an option.
    const listed = join(work, 'requirements.txt');
    writeFileSync(listed, entries.map(({ requirement }) => `${requirement}\n`).join(''));
    sources.push(listed);
  }
  if (uvLock !== undefined) {
    const exported = join(work, 'uv.lock.txt');
    const project = ['--project', root, '--frozen', '--no-emit-project', '--no-default-groups'];
    await uv(['export', '--quiet', ...project, '--output-file', exported], options);
    sources.push(exported);
  }
  await uv(['pip', 'install', '--python', python, ...sources.flatMap((path) => ['-r', path])], options);
}

/** Shows uv's own words. */
async function uv(argv: readonly string[], { root, context }: InstallOptions): Promise<void> {
  const child = spawn('uv', [...argv], {
    cwd: root,
    env: { ...context.env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        problem('PROGRAM_NOT_FOUND', "'uv' command not found. Please install uv", {
          hint: 'pip install uv, or build an image, which brings its own: jlserve build app.py',
          cause,
        }),
      ),
    );
  });
  if (status === 0) return;
  throw problem('DEPENDENCY_UNRESOLVABLE', `Failed to install requirements: uv ended with status ${status}`, {
    hint: 'its own words are above',
  });
}
