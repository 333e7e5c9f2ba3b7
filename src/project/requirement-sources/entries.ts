import type { Problem } from '../../errors.ts';
import { printable } from '../names.ts';
import { parseRequirement } from '../pep508.ts';
import type { LockedPackage } from '../uv-lock.ts';

/** One requirement and the place that names it. */
export interface RequirementEntry {
  readonly requirement: string;
  readonly file: string;
  readonly line: number;
}

/**
 * One place that names packages, ready to be compared.
 * @typeParam First what the caller calls a source of its own
 */
export interface RequirementSource<First extends string = never> {
  readonly source: First | 'script' | 'requirements.txt' | 'pyproject.toml' | 'uv.lock';
  /** `the PEP 723 header (tool.py:1)` */
  readonly label: string;
  readonly entries: readonly RequirementEntry[];
  /**
   * What `uv.lock` pins: of the packages that `pyproject.toml` names it is one more thing that
   * they say.
   */
  readonly locked?: readonly LockedPackage[];
}

/** A user and a password, or a token alone, in front of the host. */
const SECRET_IN_URL = /:\/\/[^/\s@:]*:[^/\s@]*@|\bhttps?:\/\/[^/\s@]+@/i;
/** `git+https://…`: uv finds out the name. */
const UNNAMED_URL = /^(?:(?:git|hg|bzr|svn)\+)?[a-z]+:\/\/[^\s\\]+$/i;

/**
 * What is wrong with entries that are handed to the resolver. Each goes into a file of
 * requirements as a line of its own, so it must not be able to be anything but a requirement.
 */
export function checkEntries(entries: readonly RequirementEntry[]): Problem[] {
  return entries.flatMap((entry) => {
    const wrong = whatIsWrong(entry.requirement);
    if (!wrong) return [];
    const { file, line } = entry;
    return [{ code: 'REQUIREMENTS_INVALID', ...wrong, location: { file, line } } satisfies Problem];
  });
}

function whatIsWrong(text: string): Pick<Problem, 'message' | 'hint'> | undefined {
  const trimmed = text.trim();
  const shown = `'${printable(trimmed.toWellFormed())}'`;
  if (trimmed === '') {
    return { message: 'a requirement must be a non-empty string', hint: 'remove the entry' };
  }
  if (SECRET_IN_URL.test(text)) {
    return {
      message: 'this requirement holds a password, which would end up in the plan and in caches',
      hint: 'remove the user and password from the address',
    };
  }
  if (trimmed.startsWith('-')) {
    return {
      message: `the requirement ${shown} begins with '-': it would be read as an option, not as a package`,
      hint: 'name packages only; options such as --index-url belong into requirements.txt',
    };
  }
  // `${NAME}` would be replaced from the environment, and a last `\` joins the next line.
  const isSafe = !/[^\P{Cc}\t]|\\|\$\{/u.test(trimmed) && trimmed.isWellFormed();
  if (isSafe && (parseRequirement(trimmed) !== undefined || UNNAMED_URL.test(trimmed))) return undefined;
  return {
    message: `${shown} is not a requirement as PEP 508 has it`,
    hint: 'name one package, for example: torch>=2, "uvicorn[standard]", "pkg @ https://host/pkg.whl"',
  };
}
