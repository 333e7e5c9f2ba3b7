/** A version range that PEP 440 has no words for. */
export class UnknownVersion extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * A range of Poetry's as PEP 440 has it: `^1.2` → `>=1.2,<2`, `~1.2` → `>=1.2,<1.3`, `1.2.*` →
 * `==1.2.*`, `1.2` → `==1.2`, `*` → nothing.
 * @throws UnknownVersion of what only several ranges would say, and of what is no version
 */
export function poetryRange(range: string): string {
  if (range.includes('|')) {
    throw new UnknownVersion(
      `the range "${range}" is several ones, which a requirement cannot be`,
      'write one range: ">=1,<3", with "!=…" for what does not fit',
    );
  }
  // `>= 1, < 2`, `>=1 <2`
  const clauses = range
    .replaceAll(/([~^<>=!])\s+/g, '$1')
    .split(/[,\s]+/)
    .filter((clause) => clause !== '');
  return clauses.flatMap((clause) => clauseOf(clause, range)).join(',');
}

const CLAUSE = /^(\^|~=|~|===|==|!=|<=|>=|<|>|)\s*v?(\d+(?:\.\d+)*)(\.\*|[A-Za-z0-9.+!_-]*)$/;

function clauseOf(clause: string, range: string): string[] {
  if (clause === '*') return [];
  const [, operator = '', release, rest = ''] = CLAUSE.exec(clause) ?? [];
  if (release === undefined) {
    throw new UnknownVersion(
      `"${range}" is no version that Poetry knows`,
      'write for example "^1.2" or ">=1.2,<2"',
    );
  }
  const numbers = release.split('.').map(Number);
  const version = `${release}${rest}`;
  if (operator === '^') return [`>=${version}`, `<${next(numbers, caretPlace(numbers))}`];
  if (operator === '~') return [`>=${version}`, `<${next(numbers, Math.min(1, numbers.length - 1))}`];
  return [`${operator === '' ? '==' : operator}${version}`];
}

/** The first number that is not zero may not change; of zeros alone, the last. */
function caretPlace(numbers: readonly number[]): number {
  const place = numbers.findIndex((number) => number !== 0);
  return place === -1 ? numbers.length - 1 : place;
}

function next(numbers: readonly number[], place: number): string {
  return [...numbers.slice(0, place), (numbers[place] ?? 0) + 1].join('.');
}
