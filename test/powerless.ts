import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary.ts';

/**
 * Put before a command, it takes root's power over permissions away; nothing to take from
 * anybody else. (Another user could not even start a Node that lies in root's home.)
 */
export const POWERLESS: readonly string[] =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [];

/** Runs a module without root's power over permissions. @returns what it printed, parsed */
export function runPowerless(script: string): unknown {
  const file = join(temporaryFolder(), 'script.mjs');
  writeFileSync(file, script);
  const [program, ...argv] = [...POWERLESS, process.execPath, file];
  return JSON.parse(execFileSync(program ?? '', argv, { encoding: 'utf8' }));
}
