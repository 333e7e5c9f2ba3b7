import type { Remedy } from './additions.ts';

/**
 * What an executable lacks, by its last words: Python's own, those of importlib.metadata,
 * pkg_resources and PyInstaller, and those of the dynamic loader. The only place that reads them.
 */
const SIGNS: readonly {
  readonly pattern: RegExp;
  readonly remedy: (name: string, own: ReadonlySet<string>) => Remedy | undefined;
}[] = [
  {
    pattern: /(?:ModuleNotFoundError|ImportError): No module named (?:'([\w.]+)'|([\w.]+)$)/gm,
    remedy: (name, own) => {
      const [top = ''] = name.split('.');
      // Its modules are loaded by name: where one is missing, others are.
      return own.has(top) ? { kind: 'collectSubmodules', name: top } : { kind: 'hiddenImports', name };
    },
  },
  {
    pattern: /ImportError: cannot import name '(?=\w+' from '(?<from>[\w.]+)')(\w+)'/g,
    remedy: (name) => ({ kind: 'hiddenImports', name }),
  },
  {
    pattern: /PackageNotFoundError: (?:No package metadata was found for )?'?([\w.-]+)'?/g,
    remedy: (name) => ({ kind: 'copyMetadata', name }),
  },
  {
    pattern: /DistributionNotFound: The '([\w.-]+)[^']*' distribution was not found/g,
    remedy: (name) => ({ kind: 'copyMetadata', name }),
  },
  {
    // After a number of Windows' own stand its words, of which wine has others.
    pattern: /(?:No such file or directory|\[WinError [23]\] [^:'"\n]+): (?:'([^'\n]+)'|"([^"\n]+)")/g,
    remedy: (path) => {
      const name = inBundle(path);
      return name === undefined ? undefined : { kind: 'data', name };
    },
  },
  {
    pattern: /(lib[\w.+-]+\.so(?:\.[\w.]+)?): cannot open shared object file/g,
    remedy: (name) => ({ kind: 'libraries', name }),
  },
  {
    // Of ctypes, as it is in a bundle.
    pattern: /PyInstallerImportError: Failed to load dynlib\/dll '([^'\n]+)'/g,
    remedy: (path) => {
      const name = inBundle(path) ?? path;
      if (/^[\w.+-]+$/.test(name)) return { kind: 'libraries', name };
      return /\.dll$/i.test(name) && name !== path ? { kind: 'data', name } : undefined;
    },
  },
];

/** A library of Windows that another file needs. */
export interface MissingDll {
  readonly name: string;
  /** The file's path in the bundle, or its name. */
  readonly neededBy: string;
}

/** wine's loader names what Windows' own keeps to itself, also where the program can do without. */
const WINE_LOADER = /\bLibrary ([\w.+-]+) \(which is needed by L"([^"\n]+)"\) not found/g;

/** That something was looked for in vain: Python's words, less what comes after in the system's. */
const LOAD_FAILED =
  /DLL load failed while importing \w|\[WinError 126\]|PyInstallerImportError: Failed to load|^LoadLibrary: |\bImporting dlls for L"/m;

/** @param own top-level names of the project's own modules */
export function missingIn(said: string, own: ReadonlySet<string>): Remedy[] {
  const found = SIGNS.flatMap(({ pattern, remedy }) =>
    // The words of a pattern's parts, in the order of a dotted name.
    Array.from(said.matchAll(pattern), ([, ...parts]) =>
      remedy(parts.filter((part) => part !== undefined).join('.'), own),
    ),
  ).filter((remedy) => remedy !== undefined);
  found.push(...missingDlls(said).map(({ name }): Remedy => ({ kind: 'libraries', name })));
  const seen = new Set<string>();
  return found.filter(({ kind, name }) => {
    const key = `${kind} ${name}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** DLLs without which something could not be loaded that had to be. */
export function missingDlls(said: string): MissingDll[] {
  if (!LOAD_FAILED.test(said)) return [];
  const found = new Map<string, MissingDll>();
  for (const [, name = '', path = ''] of said.matchAll(WINE_LOADER)) {
    const neededBy = inBundle(path) ?? path.split(/[\\/]+/).at(-1) ?? path;
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), { name, neededBy });
  }
  return [...found.values()];
}

/** The module that could not be loaded for want of a library that nobody names. */
export function unloadable(said: string): string | undefined {
  return /DLL load failed while importing (\w+)/.exec(said)?.[1];
}

/** Whether a program failed because it is frozen, and not by its own decision. */
export function failedAsFrozen(said: string): boolean {
  return /^\[PYI-\d+:ERROR\]/m.test(said) || LOAD_FAILED.test(said) || missingIn(said, new Set()).length > 0;
}

/**
 * The path in the bundle of a file that was looked for there; undefined of any other, and of one
 * that leads out of it.
 * @param shown as Python or wine shows it: with backslashes doubled
 */
function inBundle(shown: string): string | undefined {
  const path = shown.replaceAll(/[\\/]+/g, '/');
  const name = /\/(?:_MEI\w+|_internal)\/(.+?)\/?$/.exec(path)?.[1];
  return name?.split('/').some((part) => part === '.' || part === '..') ? undefined : name;
}
