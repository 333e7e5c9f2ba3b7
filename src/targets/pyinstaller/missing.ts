import type { Remedy } from './additions.ts';

/**
 * What an executable lacks, by its last words: Python's own, and those of importlib.metadata,
 * pkg_resources and the dynamic loader. The only place that reads them.
 */
const SIGNS: readonly {
  readonly pattern: RegExp;
  readonly remedy: (name: string, own: ReadonlySet<string>) => Remedy;
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
    pattern:
      /No such file or directory: '[^']*?\/(?:_MEI\w+|_internal)\/((?!\.\.?\/)(?:(?!\/\.\.?\/)[^'\n])+)'/g,
    remedy: (name) => ({ kind: 'data', name }),
  },
  {
    pattern: /(lib[\w.+-]+\.so(?:\.[\w.]+)?): cannot open shared object file/g,
    remedy: (name) => ({ kind: 'libraries', name }),
  },
];

/** @param own top-level names of the project's own modules */
export function missingIn(said: string, own: ReadonlySet<string>): Remedy[] {
  const found = SIGNS.flatMap(({ pattern, remedy }) =>
    // The words of a pattern's parts, in the order of a dotted name.
    Array.from(said.matchAll(pattern), ([, ...parts]) =>
      remedy(parts.filter((part) => part !== undefined).join('.'), own),
    ),
  );
  const seen = new Set<string>();
  return found.filter(({ kind, name }) => {
    const key = `${kind} ${name}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Whether a program failed because it is frozen, and not by its own decision. */
export function failedAsFrozen(said: string): boolean {
  return /^\[PYI-\d+:ERROR\]/m.test(said) || missingIn(said, new Set()).length > 0;
}
