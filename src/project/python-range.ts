/**
 * The newest of some minor versions that a `requires-python` allows (PEP 440 specifiers, as
 * far as they are used there; Poetry's `^` and `~` too).
 * @param range `>=3.10,<3.13`
 * @param versions `['3.10', …]`, oldest first
 * @returns undefined when it allows none
 */
export function newestWithin(range: string, versions: readonly string[]): string | undefined {
  const clauses = range
    .split(',')
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');
  return versions.findLast((version) => clauses.every((clause) => allows(clause, version)));
}

const CLAUSE = /^(===|==|!=|~=|>=|<=|>|<|\^|~)?\s*v?(\d+(?:\.\d+)*)(\.\*)?/;

/**
 * A minor version stands for all its releases, and the one that workers have is not known
 * here: it is allowed when some release of it is.
 */
function allows(clause: string, version: string): boolean {
  const [, operator = '==', text = '', star] = CLAUSE.exec(clause) ?? [];
  if (text === '') return true;
  const wanted = text.split('.').map(Number);
  const minor = version.split('.').map(Number);
  const order = compare(minor, wanted.slice(0, 2));
  // Where it is about more or less, `3` is 3.0.
  const rank = compare(minor, [...wanted, 0].slice(0, 2));
  const exact = wanted.length > 2 && star === undefined;
  switch (operator) {
    case '>=':
      return rank >= 0;
    case '>':
      return rank > 0 || (rank === 0 && exact);
    case '<':
      return rank < 0 || (rank === 0 && exact && (wanted[2] ?? 0) > 0);
    case '<=':
      return rank <= 0;
    case '!=':
      return exact || order !== 0;
    case '~=':
    case '^':
    case '~':
      return compatible(operator, minor, wanted);
    default:
      return order === 0;
  }
}

/** `~=3.10` and `^3.10`: 3.10 and up below 4; `~=3.10.2` and `~3.10`: 3.10 alone. */
function compatible(operator: string, minor: readonly number[], wanted: readonly number[]): boolean {
  const alone = operator === '~' ? wanted.length > 1 : operator === '~=' && wanted.length > 2;
  const order = compare(minor, wanted.slice(0, 2));
  return alone ? order === 0 : order >= 0 && minor[0] === wanted[0];
}

/** By the parts that both have: 3.10 equals 3. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
