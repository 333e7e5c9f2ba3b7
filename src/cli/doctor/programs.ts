import type { ProgramName } from '../context.ts';
import { listPrograms } from '../drop-in/next-program.ts';
import type { Check, Finding } from './check.ts';

const DROP_INS = ['flash', 'jlserve', 'fazt'] as const satisfies readonly ProgramName[];

/** Which program of each name a shell would find, and who gets what is not ours. */
export const programsOnPath: readonly Check[] = DROP_INS.map((name) => ({
  id: `path-${name}`,
  title: name,
  run: async ({ context }): Promise<Finding> => {
    const programs = await listPrograms({ name, env: context.env, cwd: context.cwd });
    const always = `"ovenbird ${name} …" always works`;
    const [first] = programs;
    const other = programs.find((each) => !each.ours);
    if (first === undefined) return { status: 'ok', message: `not on PATH; ${always}` };
    if (!first.ours) {
      return { status: 'ok', message: `${first.path} comes first on PATH and is not ovenbird's; ${always}` };
    }
    const rest = other === undefined ? 'no other is on PATH' : `hands over to ${other.path}`;
    return { status: 'ok', message: `${first.path} is ovenbird's; ${rest}` };
  },
}));
