import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonVersion } from '../step.ts';

/** jlserve and all that it needs, pinned: what the tests compare with must not move. */
const PACKAGES = [
  'annotated-doc==0.0.7',
  'annotated-types==0.8.0',
  'anyio==4.16.0',
  'click==8.5.1',
  'fastapi==0.165.0',
  'h11==0.16.0',
  'idna==3.20',
  'jlserve==0.1.0',
  'markdown-it-py==4.3.0',
  'mdurl==0.1.2',
  'opentelemetry-api==1.45.2',
  'pydantic==2.14.3',
  'pydantic-core==2.50.4',
  'pygments==2.21.0',
  'rich==15.0.0',
  'shellingham==1.5.4',
  'starlette==1.10.0',
  'typer==0.29.2',
  'typing-extensions==4.16.0',
  'typing-inspection==0.4.5',
  'uvicorn==0.54.0',
];

// Test files run side by side: the first one installs, the others wait for its lock.
const INSTALL = `
import fcntl, os, shutil, subprocess, sys
folder, packages = sys.argv[1], sys.argv[2:]
with open(folder + ".lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not os.path.isdir(folder):
        shutil.rmtree(folder + ".new", ignore_errors=True)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps",
                        "--disable-pip-version-check", "--only-binary", ":all:",
                        "--target", folder + ".new", *packages], check=True)
        os.rename(folder + ".new", folder)
`;

let made: Promise<string> | undefined;

/**
 * The real jlserve as an installed tree, made once for each machine beside what else the test
 * bed keeps there.
 * @returns the tree's path
 */
export function jlservePackages(): Promise<string> {
  made ??= install();
  return made;
}

async function install(): Promise<string> {
  const { OVENBIRD_BED, XDG_CACHE_HOME } = process.env;
  const bed = OVENBIRD_BED ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ovenbird-bed');
  mkdirSync(bed, { recursive: true });
  const digest = createHash('sha256').update(PACKAGES.join('\n')).digest('hex').slice(0, 12);
  const folder = join(bed, `jlserve-${await pythonVersion()}-${digest}`);
  await promisify(execFile)('python3', ['-c', INSTALL, folder, ...PACKAGES]);
  return folder;
}
