import type { CliContext } from './context.ts';
import type { Parsed } from './parse.ts';
import { applySettings } from './settings/apply.ts';
import { retell } from './settings/retell.ts';

/** Runs a command with what was typed and what the settings add to it. */
export async function runCommand({ command, args }: Parsed, context: CliContext): Promise<number> {
  const settled = await applySettings({ command, args, context });
  try {
    return await command.handler(settled, context);
  } catch (thrown) {
    throw retell(thrown, settled);
  }
}
