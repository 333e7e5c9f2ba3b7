import ignore from 'ignore';

/** What a target leaves out of its build, besides what the user's `.gitignore` files name. */
export interface IgnoreRules {
  /** Whether `.gitignore` files count, the nested ones too. */
  readonly gitignore: boolean;
  /**
   * `.gitignore` syntax, as if it stood below every `.gitignore`: a later pattern wins, so a
   * user's `!dist/` brings nothing back, and `!README.md` here does.
   */
  readonly builtIn: readonly string[];
  /**
   * Folders that an earlier build filled, whoever named them: the file that tells one → what the
   * folder holds, as the end of a sentence.
   */
  readonly results?: Readonly<Record<string, string>>;
}

/** Never shipped by any target, whatever a `.gitignore` says. Matched without regard to case. */
export const SECRET_PATTERNS: readonly string[] = [
  '.env*',
  '!.env.example',
  '!.env.sample',
  '!.env.template',
];

/** What of a path a pattern looks at. */
type Scope =
  /** No slash but at the end: the name alone decides, in any folder. */
  | 'name'
  /** One slash, in front: only what lies directly beside the patterns. */
  | 'top'
  /** The whole path. */
  | 'path';

/** Patterns that stand together in a list and look at the same. */
interface PatternRun {
  readonly scope: Scope;
  readonly matcher: ReturnType<typeof ignore>;
}

/**
 * One list of patterns, relative to the folder that holds it, cut into runs: a name is tested
 * (and its answer remembered) once for all the folders that it occurs in.
 */
interface PatternSet {
  /** Last first, as the last match decides. */
  readonly runs: readonly PatternRun[];
  /** Length of `folder/` in project paths; 0 for the root. */
  readonly prefix: number;
}

/**
 * The rules that hold in one folder. Made for the root by `rootIgnore`, and for each folder
 * below by `enter`; a folder without a `.gitignore` shares its parent's.
 */
export interface FolderIgnore {
  /**
   * @param path relative to the project, with `/` and without one at the end
   * @param name its last part
   */
  ignores(path: string, name: string, isFolder: boolean): boolean;
  /**
   * @param prefix the folder with a `/` at the end; `''` for the root
   * @param text of its `.gitignore`
   */
  enter(prefix: string, text: string): FolderIgnore;
}

/** The rules as they hold in the project's root, before its own `.gitignore` was read. */
export function rootIgnore(rules: IgnoreRules): FolderIgnore {
  return new IgnoreChain(patternSet(SECRET_PATTERNS, 0, true), patternSet(rules.builtIn, 0, false), []);
}

/**
 * Secrets first and for good, then the target's patterns, then the `.gitignore` files from the
 * deepest up. The walk never enters an ignored folder, so no parent needs testing here.
 */
class IgnoreChain implements FolderIgnore {
  readonly #secrets: PatternSet;
  readonly #builtIn: PatternSet;
  /** Deepest first. */
  readonly #user: readonly PatternSet[];

  constructor(secrets: PatternSet, builtIn: PatternSet, user: readonly PatternSet[]) {
    this.#secrets = secrets;
    this.#builtIn = builtIn;
    this.#user = user;
  }

  ignores(path: string, name: string, isFolder: boolean): boolean {
    if (verdict(this.#secrets, path, name, isFolder) === true) return true;
    const builtIn = verdict(this.#builtIn, path, name, isFolder);
    if (builtIn !== undefined) return builtIn;
    for (const set of this.#user) {
      const decided = verdict(set, path, name, isFolder);
      if (decided !== undefined) return decided;
    }
    return false;
  }

  enter(prefix: string, text: string): FolderIgnore {
    const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
    const set = patternSet(lines, prefix.length, false);
    return new IgnoreChain(this.#secrets, this.#builtIn, [set, ...this.#user]);
  }
}

function patternSet(patterns: readonly string[], prefix: number, ignoreCase: boolean): PatternSet {
  const runs: PatternRun[] = [];
  for (const pattern of patterns) {
    if (pattern.startsWith('#') || pattern.trim() === '') continue;
    const scope = scopeOf(pattern);
    if (runs[0]?.scope !== scope) runs.unshift({ scope, matcher: ignore({ ignoreCase }) });
    runs[0]?.matcher.add([pattern]);
  }
  return { runs, prefix };
}

function scopeOf(pattern: string): Scope {
  const body = pattern.replace(/^!/, '').trimEnd().replace(/\/$/, '');
  if (!body.includes('/')) return 'name';
  return body.lastIndexOf('/') === 0 && !body.includes('**') ? 'top' : 'path';
}

/** @returns true: ignored; false: brought back by a `!` pattern; undefined: not mentioned */
function verdict(set: PatternSet, path: string, name: string, isFolder: boolean): boolean | undefined {
  const slash = isFolder ? '/' : '';
  for (const { scope, matcher } of set.runs) {
    const isTop = path.length - name.length === set.prefix;
    if (scope === 'top' && !isTop) continue;
    const tested = scope === 'path' ? path.slice(set.prefix) : name;
    const result = matcher.test(tested + slash);
    if (result.unignored) return false;
    if (result.ignored && !isInherited(matcher, tested, result)) return true;
  }
  return undefined;
}

/**
 * Whether a path is ignored for its folder's sake alone. We are in that folder, so another
 * pattern brought it back, and what holds for the folder no longer holds for what is in it.
 */
function isInherited(matcher: PatternRun['matcher'], tested: string, result: object): boolean {
  const end = tested.lastIndexOf('/');
  // The library hands the folder's own answer on.
  return end > 0 && matcher.test(tested.slice(0, end + 1)) === result;
}
