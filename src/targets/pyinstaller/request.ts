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
  if (!options.systems.includes('linux')) problems.push(...onlyForLinux(options));
  if (options.systems.includes('windows') && platform !== 'linux/amd64') {
    problems.push({
      code: 'USAGE',
      message: `--platform ${platform}: executables for Windows are made on amd64, the only processor that wine builds them on`,
      hint: '--platform linux/amd64, or leave it out',
    });
  } else if (!platform.startsWith('linux/')) {
    problems.push({
      code: 'USAGE',
      message: `--platform ${platform}: executables are built on Linux`,
      hint: platform.startsWith('windows/') ? 'for Windows: --os windows' : '--platform linux/amd64',
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

/** Options that mean nothing to a Windows program. */
function onlyForLinux({ glibc, apt }: PlacedOptions): Problem[] {
  const given = [
    ...(glibc === undefined ? [] : [`--glibc ${glibc}: Windows has none`]),
    ...(apt.length === 0 ? [] : [`--apt ${apt.join(',')}: Debian's packages are of no use on Windows`]),
  ];
  return given.map((message) => ({
    code: 'USAGE',
    message,
    hint: 'leave it out, or build for Linux as well: --os both',
  }));
}
