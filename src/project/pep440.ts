/**
 * Whether two specifiers surely have no version in common: `==1.26` and `==2.0`, `<2` and
 * `>=2.1`. Pre-releases, local versions and whatever else takes a second look are left to the
 * resolver: the answer is then `false`.
 */
export function areDisjoint(a: string, b: string): boolean {
  const clauses = [...clausesOf(a), ...clausesOf(b)];
  const pins = clauses.filter((clause) => clause.operator === '==' && !clause.star);
  for (const pin of pins) {
    if (clauses.some((clause) => excludes(clause, pin.release))) return true;
  }
  const [low, high] = [bounds(clauses, 'low'), bounds(clauses, 'high')];
  if (!low || !high) return false;
  const order = compare(low.release, high.release);
  return order > 0 || (order === 0 && (low.strict || high.strict));
}

interface Clause {
  readonly operator: string;
  readonly release: readonly number[];
  /** `==1.*` */
  readonly star: boolean;
}

/** Only clauses with plain releases: `1`, `1.2.3`, `1.*`. */
function clausesOf(specifier: string): Clause[] {
  return specifier.split(',').flatMap((text): Clause[] => {
    const [, operator = '', version = '', star] =
      /^\s*(===|==|~=|!=|<=|>=|<|>)\s*v?(\d+(?:\.\d+)*)(\.\*)?\s*$/.exec(text) ?? [];
    if (operator === '') return [];
    const plain = operator === '===' ? '==' : operator;
    return [{ operator: plain, release: version.split('.').map(Number), star: star !== undefined }];
  });
}

/** Whether a clause rules a plain release out. */
function excludes({ operator, release, star }: Clause, version: readonly number[]): boolean {
  const order = compare(version, release);
  const within = compare(version.slice(0, release.length), release) === 0;
  switch (operator) {
    case '==':
      return star ? !within : order !== 0;
    case '!=':
      return star ? within : order === 0;
    case '>=':
      return order < 0;
    case '<=':
      return order > 0;
    case '>':
      return order <= 0;
    case '<':
      return order >= 0;
    default:
      // `~=1.4.2` is `>=1.4.2, ==1.4.*`
      return order < 0 || compare(version.slice(0, release.length - 1), release.slice(0, -1)) !== 0;
  }
}

interface Bound {
  readonly release: readonly number[];
  readonly strict: boolean;
}

/** The tightest bound on one side. */
function bounds(clauses: readonly Clause[], side: 'low' | 'high'): Bound | undefined {
  const found = clauses.flatMap((clause) => boundOf(clause, side) ?? []);
  const sign = side === 'low' ? 1 : -1;
  return found.reduce<Bound | undefined>((best, bound) => {
    if (!best) return bound;
    const order = compare(bound.release, best.release) * sign;
    return order > 0 || (order === 0 && bound.strict) ? bound : best;
  }, undefined);
}

function boundOf({ operator, release, star }: Clause, side: 'low' | 'high'): Bound | undefined {
  const isLow = side === 'low';
  if (operator === '>=' || operator === '>') {
    return isLow ? { release, strict: operator === '>' } : undefined;
  }
  if (operator === '<=' || operator === '<') {
    return isLow ? undefined : { release, strict: operator === '<' };
  }
  if (operator === '==' && !star) return { release, strict: false };
  if (operator !== '~=' && !star) return undefined;
  if (operator === '!=') return undefined;
  if (isLow) return { release, strict: false };
  const prefix = star ? release : release.slice(0, -1);
  return { release: [...prefix.slice(0, -1), (prefix.at(-1) ?? 0) + 1], strict: true };
}

/** `1.0` equals `1`. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
