import { hash } from 'node:crypto';
import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OvenbirdError, type Problem } from '../../../errors.ts';
import { DOCKERFILE_GRAMMAR } from '../../../plan/grammar.ts';
import { Contents } from '../../../project/contents.ts';
import { scanProject } from '../../../project/scan.ts';
import { loadStatCache } from '../../../project/stat-cache.ts';
import type { ProjectFile, ProjectTree } from '../../../project/tree.ts';
import { WINDOWS_PYTHON_IGNORE } from './ignore.ts';
import { invalidPython, lookForPython, type SeenPython } from './look.ts';
import { machineOf } from './machine.ts';
import { readZipDirectory, readZipHead } from './zip-directory.ts';

/** What `--windows-python` names. */
export type WindowsPython =
  | {
      readonly kind: 'folder' | 'archive';
      /** A root of the build context; an archive is the only file of it. */
      readonly tree: ProjectTree;
      /** `sha256:…` of the archive; of a folder that of its files' names and digests. */
      readonly digest: string;
    }
  | { readonly kind: 'image'; readonly reference: string };

export interface WindowsPythonQuestion {
  /** As it was typed. */
  readonly given: string;
  /** What a relative path is relative to. */
  readonly folder: string;
  /** `3.12`: what the build is for. */
  readonly python: string;
  readonly signal?: AbortSignal;
}

/** The step looks for this name. */
const ARCHIVE = 'archive';

/**
 * Reads a Windows Python as far as that is needed to tell mistakes: names, and the head of its
 * python.exe. A path that is there is never taken for an image.
 * @throws OvenbirdError PYINSTALLER_WINDOWS_PYTHON, PYTHON_UNSUPPORTED
 */
export async function readWindowsPython(question: WindowsPythonQuestion): Promise<WindowsPython> {
  const { given, folder } = question;
  const path = resolve(folder, given);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return readFolder(realpathSync(path), question);
  if (stats?.isFile()) return readArchive(realpathSync(path), question);
  const isPath = /^[./~]|\\|^[A-Za-z]:|\.(?:zip|nupkg|jar|exe|msi|tar|gz|7z)$/i.test(given);
  if (!isPath && DOCKERFILE_GRAMMAR.image.test(given)) return { kind: 'image', reference: given };
  throw oneProblem(
    invalidPython(
      `there is no ${given}`,
      '--windows-python names a folder, a .zip, .nupkg or .jar, or an image that holds a Windows Python',
    ),
  );
}

/** For `--os windows` without one: nothing is downloaded in the user's place. */
export function windowsPythonMissing(python: string): Problem {
  return invalidPython(
    `an executable for Windows needs a Windows Python ${python}, and none is given`,
    `get the NuGet package \`python\` in a version ${python}.x (a .nupkg file), or copy the folder that python.org's ` +
      '64-bit installer made on a Windows PC; then: --windows-python PATH',
  );
}

async function readFolder(root: string, { python, signal }: WindowsPythonQuestion): Promise<WindowsPython> {
  const tree = await scanProject({
    root,
    rules: WINDOWS_PYTHON_IGNORE,
    statCache: loadStatCache(root),
    ...(signal === undefined ? {} : { signal }),
  });
  const names = tree.files.map((file) => file.path);
  check(lookForPython(names, python), python, (path) => headOf(join(root, path)));
  await tree.contents.all();
  const lines: string[] = [];
  for (const [index, { path }] of tree.files.entries()) {
    const content = await tree.contents.of(index);
    if (content) lines.push(`${Buffer.from(content.digest).toString('hex')} ${path}\0`);
  }
  return { kind: 'folder', tree, digest: `sha256:${hash('sha256', lines.join(''))}` };
}

async function readArchive(path: string, question: WindowsPythonQuestion): Promise<WindowsPython> {
  const { python, signal } = question;
  const members = readZipDirectory(path);
  if (!members) throw oneProblem(noArchive(path));
  const seen = lookForPython(
    members.map(({ name }) => name),
    python,
  );
  check(seen, python, (name) => {
    const member = members.find((each) => each.name === name);
    return member ? readZipHead(path, member) : new Uint8Array();
  });
  const file: ProjectFile = { kind: 'file', path: ARCHIVE, absolute: path };
  const contents = new Contents({ files: [file], statCache: loadStatCache(path), signal });
  const tree: ProjectTree = { root: dirname(path), files: [file], contents, warnings: [], leftOut: [] };
  await contents.all();
  const content = await contents.of(0);
  return { kind: 'archive', tree, digest: `sha256:${Buffer.from(content?.digest ?? []).toString('hex')}` };
}

/** Why a file is no archive of a Python: what people give instead. */
function noArchive(path: string): Problem {
  const name = basename(path);
  if (machineOf(headOf(path)) !== undefined || /\.msix?$/i.test(name)) {
    return invalidPython(`${name} is an installer or a single program, not a Python that is laid out`);
  }
  return invalidPython(`${name} is no zip archive: .zip, .nupkg and .jar are`);
}

function check(
  seen: SeenPython | Problem,
  python: string,
  head: (executable: string) => Uint8Array,
): asserts seen is SeenPython {
  if (!('executable' in seen)) throw oneProblem(seen);
  const machine = machineOf(head(seen.executable));
  if (machine !== 'amd64') {
    throw oneProblem(
      invalidPython(
        machine === undefined
          ? 'python.exe of the Windows Python is no Windows program'
          : `the Windows Python is for ${machine}, not for 64-bit Intel and AMD (amd64)`,
        'give a 64-bit one: NuGet calls it `python` (`pythonx86` is the 32-bit one), python.org "Windows installer (64-bit)"',
      ),
    );
  }
  if (seen.version !== python) {
    throw oneProblem({
      code: 'PYTHON_UNSUPPORTED',
      message: `the Windows Python is ${seen.version}, the build is for Python ${python}`,
      hint: `give a Windows Python ${python}, or build for the other: --python ${seen.version}`,
    });
  }
}

/** More than holds a program's headers. */
function headOf(path: string): Uint8Array {
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(8192);
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(handle);
  }
}

function oneProblem(problem: Problem): OvenbirdError {
  return new OvenbirdError([problem]);
}
