import { CODE, GrpcError } from '../grpc/status.ts';

/**
 * Include and exclude patterns as the daemon means them: the semantics of moby/patternmatcher
 * (`MatchesUsingParentResults`), which differ from a shell's and from git's. A pattern that
 * matches a folder matches everything below; `**` crosses folders; `!` takes back what an
 * earlier pattern matched. @balena/dockerignore ignores case by default and keeps no parent
 * results, so it would send other files than the Go client does.
 */
export interface Matcher {
  /**
   * @param parent the result for the folder that `path` lies in, undefined at the top
   */
  match(path: string, parent: Match | undefined): Match;
  /** The patterns, when none holds a wildcard or an exclusion. */
  readonly literals?: readonly string[];
}

export interface Match {
  readonly matched: boolean;
  /** Which patterns matched here or above; undefined when one bit says it all. */
  readonly each?: readonly boolean[];
}

const YES: Match = { matched: true };
const NO: Match = { matched: false };

/** @returns undefined for an empty list: nothing is filtered */
export function compilePatterns(patterns: readonly string[]): Matcher | undefined {
  const compiled: Pattern[] = [];
  for (const text of patterns) {
    const trimmed = text.trim();
    if (trimmed !== '') compiled.push(compile(clean(trimmed)));
  }
  if (compiled.length === 0) return undefined;
  return compiled.every((pattern) => pattern.literal !== undefined && !pattern.exclusion)
    ? literalMatcher(compiled)
    : patternMatcher(compiled);
}

interface Pattern {
  readonly exclusion: boolean;
  /** The whole path that it matches, when it holds no wildcard. */
  readonly literal: string | undefined;
  readonly test: (path: string) => boolean;
}

/** The ordinary case: COPY and mounts name their sources plainly. */
function literalMatcher(patterns: readonly Pattern[]): Matcher {
  const literals = patterns.map(({ literal = '' }) => literal);
  const paths = new Set(literals);
  return {
    literals,
    match: (path, parent) => (parent?.matched || paths.has(path) ? YES : NO),
  };
}

function patternMatcher(patterns: readonly Pattern[]): Matcher {
  return {
    match(path, parent) {
      let matched = false;
      const each = patterns.map((pattern, index) => {
        const above = parent?.each?.[index] ?? false;
        // A pattern that could not change the outcome so far is not asked.
        if (!above && pattern.exclusion !== matched) return false;
        if (!above && !pattern.test(path)) return false;
        matched = !pattern.exclusion;
        return true;
      });
      return { matched, each };
    },
  };
}

function compile(text: string): Pattern {
  const exclusion = text.startsWith('!');
  const pattern = exclusion ? text.slice(1) : text;
  if (pattern === '') throw new GrpcError(CODE.invalidArgument, `illegal exclusion pattern: "${text}"`);
  if (!/[*?[\]\\]/.test(pattern)) {
    return { exclusion, literal: pattern, test: (path) => path === pattern };
  }
  const expression = toExpression(pattern);
  return { exclusion, literal: undefined, test: (path) => expression.test(path) };
}

/** Go's `.` stops at a line feed only; JavaScript's also at three others. */
const ANY = '[^\\n]*';

function toExpression(pattern: string): RegExp {
  let source = '^';
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    if (character === '*' && characters[index + 1] === '*') {
      index += 1;
      if (characters[index + 1] === '/') index += 1;
      source += index === characters.length - 1 ? ANY : `(?:${ANY}/)?`;
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '\\') {
      index += 1;
      source += escape(characters[index] ?? '\\');
    } else if (character === '[') {
      const end = classEnd(characters, index);
      source += end < 0 ? failSyntax(pattern) : characterClass(characters.slice(index + 1, end));
      index = end;
    } else source += escape(character);
  }
  try {
    return new RegExp(`${source}$`, 'u');
  } catch {
    return failSyntax(pattern);
  }
}

function classEnd(characters: readonly string[], start: number): number {
  for (let index = start + 1; index < characters.length; index += 1) {
    if (characters[index] === '\\') index += 1;
    else if (characters[index] === ']' && index > start + 1) return index;
  }
  return -1;
}

function characterClass(body: readonly string[]): string {
  const negated = body[0] === '^';
  const rest = negated ? body.slice(1) : body;
  let source = '';
  for (let index = 0; index < rest.length; index += 1) {
    const character = rest[index] ?? '';
    if (character === '-') source += '-';
    else if (character === '\\') {
      index += 1;
      source += escapeInClass(rest[index] ?? '\\');
    } else source += escapeInClass(character);
  }
  return `[${negated ? '^' : ''}${source}]`;
}

function escape(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function escapeInClass(character: string): string {
  return /[\\^\]\-[]/.test(character) ? `\\${character}` : character;
}

function failSyntax(pattern: string): never {
  throw new GrpcError(CODE.invalidArgument, `syntax error in pattern: ${pattern}`);
}

/** Go's `path.Clean`: no `.`, no empty parts, `..` resolved where it can be. */
export function clean(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push('..');
  }
  return (rooted ? '/' : '') + parts.join('/') || '.';
}
