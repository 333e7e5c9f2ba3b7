import type { Problem } from '../../../errors.ts';

/** A folder among files that has a `python.exe` with its interpreter beside it. */
export interface SeenPython {
  /** Path of the `python.exe`, as it is spelled there. */
  readonly executable: string;
  /** `3.12` */
  readonly version: string;
}

const WHOLE =
  "give a whole one: the NuGet package `python` (its .nupkg as it is), or the folder that python.org's installer " +
  'made on a Windows PC: --windows-python PATH';

export function invalidPython(message: string, hint = WHOLE): Problem {
  return { code: 'PYINSTALLER_WINDOWS_PYTHON', message, hint };
}

/**
 * Looks for a Python by the names of files; whether it is whole is found when it is laid out.
 * @param names with `/`
 * @param python the version wanted, which is preferred where there are several
 */
export function lookForPython(names: readonly string[], python: string): SeenPython | Problem {
  const spelled = new Map(names.map((name) => [name.toLowerCase(), name]));
  const folders = [...spelled.keys()].flatMap((name) => /^(|.*\/)python\.exe$/.exec(name)?.[1] ?? []);
  const seen = folders.flatMap((folder): SeenPython[] => {
    const version = versionIn(folder, spelled);
    const executable = spelled.get(`${folder}python.exe`) ?? '';
    return version !== undefined && spelled.has(`${folder}lib/os.py`) ? [{ executable, version }] : [];
  });
  const [best] = seen.toSorted(
    (a, b) => Number(b.version === python) - Number(a.version === python) || depth(a) - depth(b),
  );
  return best ?? whyNone(folders, spelled);
}

function depth({ executable }: SeenPython): number {
  return executable.split('/').length;
}

function versionIn(folder: string, names: ReadonlyMap<string, string>): string | undefined {
  const minors = [...names.keys()].flatMap((name) => {
    const minor = name.startsWith(folder) && /^python3(\d{1,2})\.dll$/.exec(name.slice(folder.length))?.[1];
    return minor === false || minor === undefined ? [] : [Number(minor)];
  });
  return minors.length === 0 ? undefined : `3.${Math.max(...minors)}`;
}

function whyNone(folders: readonly string[], names: ReadonlyMap<string, string>): Problem {
  const all = [...names.keys()];
  if (all.some((name) => /(^|\/)pyvenv\.cfg$/.test(name))) {
    return invalidPython(
      'this is a virtual environment, which has no Python of its own',
      'give the folder that it was made from: `home` in its pyvenv.cfg says which',
    );
  }
  if (folders.length === 0) return invalidPython('there is no python.exe in what --windows-python names');
  const isBeside = (ending: RegExp): boolean =>
    folders.some((folder) => all.some((name) => name.startsWith(folder) && ending.test(name)));
  if (isBeside(/\._pth$/)) {
    return invalidPython("this is python.org's embeddable package, which lacks Lib and much else");
  }
  if (!isBeside(/(^|\/)python3\d{1,2}\.dll$/)) {
    return invalidPython('the python.exe in what --windows-python names has no python3XX.dll beside it');
  }
  return invalidPython('the Windows Python lacks Lib, the standard library');
}
