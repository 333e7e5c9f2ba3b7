import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { problem } from '../../errors.ts';
import type { CliContext } from '../context.ts';

const run = promisify(execFile);

/**
 * The user's own Python, the one that uv installs into: of the active environment, else of
 * that version, else `python3`.
 * @param options.wanted `3.12`, as in `--python`
 * @throws OvenbirdError `PYTHON_UNSUPPORTED`
 */
export async function findPython(options: {
  readonly wanted: string | undefined;
  readonly context: CliContext;
}): Promise<{ readonly executable: string; readonly version: string }> {
  const { wanted, context } = options;
  const { env } = context;
  const active = env['VIRTUAL_ENV'];
  const candidates = [
    ...(active ? [join(active, 'bin', 'python3'), join(active, 'Scripts', 'python.exe')] : []),
    ...(wanted === undefined ? [] : [`python${wanted}`]),
    'python3',
    'python',
  ];
  const found: string[] = [];
  for (const candidate of candidates) {
    const version = await versionOf(candidate, env);
    if (version === undefined) continue;
    found.push(`${candidate} is Python ${version.text}`);
    const { executable, text, minor } = version;
    if (wanted === undefined ? minor >= 10 : text === wanted) return { executable, version: text };
  }
  throw problem('PYTHON_UNSUPPORTED', `there is no Python ${wanted ?? '3.10 or newer'} here`, {
    hint: `make one: uv venv --python ${wanted ?? '3.12'} && . .venv/bin/activate`,
    ...(found.length === 0 ? {} : { detail: found.join('\n') }),
  });
}

async function versionOf(
  program: string,
  env: CliContext['env'],
): Promise<{ executable: string; text: string; minor: number } | undefined> {
  try {
    const code = 'import sys; print(sys.executable); print(*sys.version_info[:2])';
    const { stdout } = await run(program, ['-c', code], { env: { ...env } });
    const [executable = '', version = ''] = stdout.split('\n');
    const [major = 0, minor = 0] = version.split(' ').map(Number);
    return major === 3 ? { executable, text: `3.${minor}`, minor } : undefined;
  } catch {
    return undefined;
  }
}
