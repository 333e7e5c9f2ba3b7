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
}

/** Never shipped by any target, whatever a `.gitignore` says. Matched without regard to case. */
export const SECRET_PATTERNS: readonly string[] = [
  '.env*',
  '!.env.example',
  '!.env.sample',
  '!.env.template',
];

/** One file's worth of patterns, relative to the folder that holds it. */
interface PatternSet {
  readonly matcher: ReturnType<typeof ignore>;
  /** Length of `folder/` in project paths; 0 for the root. */
  readonly prefix: number;
  /** No pattern looks at a folder: the name alone decides, and is tested (and cached) alone. */
  readonly nameOnly: boolean;
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
  return new IgnoreChain(
    patternSet(SECRET_PATTERNS, 0, true),
    patternSet(rules.builtIn, 0, false),
    [],
  );
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

function patternSet(
  patterns: readonly string[],
  prefix: number,
  ignoreCase: boolean,
): PatternSet {
  // A slash anywhere but at the end ties a pattern to a folder.
  const nameOnly = patterns.every((pattern) => !pattern.trimEnd().slice(0, -1).includes('/'));
  return { matcher: ignore({ ignoreCase }).add(patterns), prefix, nameOnly };
}

/** @returns true: ignored; false: brought back by a `!` pattern; undefined: not mentioned */
function verdict(
  set: PatternSet,
  path: string,
  name: string,
  isFolder: boolean,
): boolean | undefined {
  const tested = set.nameOnly ? name : path.slice(set.prefix);
  const result = set.matcher.test(isFolder ? `${tested}/` : tested);
  if (result.ignored) return true;
  return result.unignored ? false : undefined;
}
