import type { Problem } from '../../errors.ts';
import type { PlanRequest } from '../target.ts';
import type { Entry } from './entry.ts';
import type { PlacedOptions } from './options.ts';

/** What PyInstaller itself has a spec decide. */
const DECIDED_BY_SPEC = ['--splash', '--splash-center'];

/** What no project can make right. */
export function checkRequest(
  { secretNames, platform }: PlanRequest,
  options: PlacedOptions,
  entry: Entry,
): Problem[] {
  const problems: Problem[] = [];
  if (secretNames.length > 0) {
    problems.push({
      code: 'USAGE',
      message: `--secret ${secretNames.join(', ')}: nothing in the build of an executable is given secrets`,
      hint: 'leave it out: what a program needs to know it is told where it runs',
    });
  }
  if (!platform.startsWith('linux/')) {
    problems.push({
      code: 'USAGE',
      message: `--platform ${platform}: executables for Linux are built on Linux`,
      hint: '--platform linux/amd64',
    });
  }
  if (entry.kind !== 'spec') return problems;
  if (options.bundle !== undefined) {
    problems.push({
      code: 'USAGE',
      message: `--${options.bundle}: a spec decides that itself`,
      hint:
        options.bundle === 'onefile'
          ? `in ${entry.file}: EXE(pyz, a.scripts, a.binaries, a.datas, name=…) without COLLECT`
          : `in ${entry.file}: EXE(pyz, a.scripts, exclude_binaries=True, name=…), then COLLECT(exe, a.binaries, a.datas, name=…)`,
      location: { file: entry.file },
    });
  }
  for (const option of options.options.filter((each) => DECIDED_BY_SPEC.includes(each))) {
    problems.push({
      code: 'USAGE',
      message: `${option}: a spec decides that itself`,
      hint: `in ${entry.file}: splash = Splash('image.png', …), and splash among EXE's arguments`,
      location: { file: entry.file },
    });
  }
  return problems;
}
