import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { problem, type Location, type OvenbirdError } from '../../errors.ts';
import type { ContentWarning } from '../target.ts';
import { commandOf, judge, outcomeOf, wordsOf } from './judge.ts';
import { missingDlls, missingIn, unloadable } from './missing.ts';
import type { SmokeResult } from './report.ts';
import type { Smoke } from './smoke.ts';

const SHOWN_LINES = 20;

/** What wine says of this machine, and nothing of the program. */
const OF_WINE = /^error: XDG_RUNTIME_DIR is invalid or not set/;

/** An executable that does not do what it should, with its own words and where it lies. */
export function smokeFailure(options: {
  readonly smoke: Smoke;
  readonly result: SmokeResult;
  /** What the program said when it was run as it is. */
  readonly unfrozen: string;
  /** Where the executable is kept. */
  readonly path: string;
  readonly root: string;
  readonly sourceRoots: readonly string[];
}): OvenbirdError {
  const { smoke, result, unfrozen, path, root, sourceRoots } = options;
  const said = wordsOf(result);
  const place = locate(said, root, sourceRoots);
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !OF_WINE.test(line));
  return problem(
    'PYINSTALLER_SMOKE_FAILED',
    `the executable does not work: ${commandOf(smoke, result.program)} ${outcomeOf(smoke, result)}`,
    {
      detail: lines.slice(-SHOWN_LINES).join('\n'),
      hint: `${hintFor(smoke, result, unfrozen)}; it is kept as ${path}, and an earlier one is as it was`,
      ...(place ? { location: place } : {}),
    },
  );
}

/** One that started and did something else than the usual `--help`. */
export function doubts(smoke: Smoke, result: SmokeResult): ContentWarning[] {
  if (judge(smoke, result) !== 'doubtful') return [];
  return [
    {
      code: 'PYINSTALLER_SMOKE_UNCLEAR',
      message: `${commandOf(smoke, result.program)} ${outcomeOf(smoke, result)}: whether the executable works is not known`,
      hint: 'say how to try it: --smoke "ARGUMENTS", for a server --smoke-http /health; or --no-verify',
    },
  ];
}

function hintFor(smoke: Smoke, result: SmokeResult, unfrozen: string): string {
  const said = wordsOf(result);
  if (failsAlike(said, unfrozen)) return 'it fails in the same way unfrozen: correct the program';
  const library = hintForLibrary(said);
  if (library !== undefined) return library;
  if (/^UnicodeEncodeError: 'charmap' codec/m.test(said)) {
    return 'a pipe of Windows takes what its code page has, and no more: --python-option "X utf8=1"';
  }
  if (result.reason === 'timeout') {
    return smoke.http
      ? `see what it waits for, or give it more time: --smoke-timeout ${smoke.timeoutSeconds * 2}s`
      : `for a server: --smoke-http /health; for more time: --smoke-timeout ${smoke.timeoutSeconds * 2}s`;
  }
  return 'correct what it says above, or try it another way: --smoke "ARGUMENTS"';
}

function hintForLibrary(said: string): string | undefined {
  const [dll] = missingDlls(said);
  if (dll) {
    return `${dll.neededBy} needs ${dll.name}, which it lacks: put ${dll.name} beside your code, then --add-binary ${dll.name}:.`;
  }
  const missing = missingIn(said, new Set()).find(({ kind }) => kind === 'libraries');
  if (missing) {
    return /\.dll$/i.test(missing.name)
      ? `put ${missing.name} beside your code, then --add-binary ${missing.name}:.`
      : `name the Debian package that has ${missing.name}: --apt PACKAGE (https://packages.debian.org)`;
  }
  const module = unloadable(said);
  return module === undefined
    ? undefined
    : `a DLL that ${module} needs is missing: collect those of its package, --collect-binaries PACKAGE`;
}

/** Whether the error that ended both is the same one. */
function failsAlike(frozen: string, unfrozen: string): boolean {
  const error = /^(?:[\w.]+\.)?\w*(?:Error|Exception)\b.*$/gm;
  const last = frozen.match(error)?.at(-1);
  return last !== undefined && last === unfrozen.match(error)?.at(-1);
}

/** The innermost frame of a traceback that is a file of the project. */
function locate(said: string, root: string, sourceRoots: readonly string[]): Location | undefined {
  const frames = [...said.matchAll(/^\s*File "([^"]+)", line (\d+)/gm)].toReversed();
  for (const [, file = '', line] of frames) {
    for (const folder of sourceRoots) {
      const path = posix.normalize(posix.join(folder, file.replaceAll('\\', '/')));
      if (path.startsWith('..') || posix.isAbsolute(path) || !existsSync(join(root, path))) continue;
      return { file: path, line: Number(line) };
    }
  }
  return undefined;
}
