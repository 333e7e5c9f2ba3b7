/** One requirement by PEP 508, taken apart. */
export interface ParsedRequirement {
  /** Normalised, as PEP 503 has it: `scikit-learn`. */
  readonly name: string;
  /** `>=2,<3`; empty when any version will do. */
  readonly specifier: string;
  readonly url?: string;
  readonly marker?: string;
}

const NAME = /^[ \t]*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[ \t]*/;
const EXTRAS = /^\[[ \t]*(?:[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?:[ \t]*,[ \t]*|[ \t]*(?=\])))*\][ \t]*/;
const CLAUSE = /^[ \t]*(?:===|==|~=|!=|<=|>=|<|>)[ \t]*[A-Za-z0-9][A-Za-z0-9._*+!-]*[ \t]*$/;
const MARKER = /^(?:[\w.()<>=!~ \t]|'[^'\r\n]*'|"[^"\r\n]*")+$/;

/**
 * Parses a requirement as PEP 508 has it: `name[extra] >=1,<2 ; marker` or `name @ URL`.
 * @returns undefined for everything else, pip's options and paths among it
 */
export function parseRequirement(text: string): ParsedRequirement | undefined {
  const name = NAME.exec(text);
  if (!name?.[1]) return undefined;
  let rest = text.slice(name[0].length);
  rest = rest.slice(EXTRAS.exec(rest)?.[0].length ?? 0);
  const parsed = { name: normaliseName(name[1]), specifier: '' };
  const url = /^@[ \t]*(\S+)[ \t]*(?:[ \t];(.*))?$/.exec(rest);
  if (url) {
    const [, address = '', marker] = url;
    if (!/^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(address)) return undefined;
    return withMarker({ ...parsed, url: address }, marker);
  }
  const [, version = '', marker] = /^([^;]*)(?:;(.*))?$/.exec(rest) ?? [];
  if (/[\r\n]/.test(rest)) return undefined;
  const bare = version.trim().replace(/^\((.*)\)$/, '$1');
  const clauses = bare === '' ? [] : bare.replace(/,[ \t]*$/, '').split(',');
  if (!clauses.every((clause) => CLAUSE.test(clause))) return undefined;
  const specifier = clauses.map((clause) => clause.replace(/[ \t]+/g, '')).join(',');
  return withMarker({ ...parsed, specifier }, marker);
}

/** PEP 503: `Scikit_Learn` and `scikit-learn` are one. */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function withMarker(parsed: ParsedRequirement, marker: string | undefined): ParsedRequirement | undefined {
  if (marker === undefined) return parsed;
  return MARKER.test(marker) && marker.trim() !== '' ? { ...parsed, marker: marker.trim() } : undefined;
}
