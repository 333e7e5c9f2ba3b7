import { findEngine } from '../../engine/find.ts';
import { EXIT, toOvenbirdError } from '../../errors.ts';
import { printable } from '../../report/escape.ts';
import { makeStyle, wantsColor, type Style } from '../../report/style.ts';
import type { CliContext } from '../context.ts';
import type { Check, DoctorFacts, Finding } from './check.ts';
import { CHECKS } from './checks.ts';

export interface DoctorOptions {
  readonly engine: string | undefined;
  readonly caFile: string | undefined;
  readonly json: boolean;
  readonly context: CliContext;
}

/** Looks at everything and says what it found. @returns 1 when a check fails, else 0 */
export async function runDoctor({ engine, caFile, json, context }: DoctorOptions): Promise<number> {
  const facts: DoctorFacts = { context, caFile, engine: await lookForEngine(engine, context) };
  const style = makeStyle(wantsColor({ env: context.env, isTTY: context.stdout.isTTY === true }));
  const report: { check: Check; finding: Finding }[] = [];
  for (const check of CHECKS) {
    const finding = await runCheck(check, facts);
    report.push({ check, finding });
    if (!json) context.stdout.write(renderFinding(check, finding, style));
  }
  const failed = report.some(({ finding }) => finding.status === 'fail');
  if (json) {
    const checks = report.map(({ check, finding }) => ({ id: check.id, title: check.title, ...finding }));
    context.stdout.write(`${JSON.stringify({ schema: 1, ok: !failed, checks })}\n`);
  }
  return failed ? EXIT.input : EXIT.done;
}

async function lookForEngine(
  address: string | undefined,
  { env }: CliContext,
): Promise<DoctorFacts['engine']> {
  try {
    return { found: await findEngine({ address, env }) };
  } catch (thrown) {
    return { error: toOvenbirdError(thrown) };
  }
}

/** One check that breaks must not hide the others. */
async function runCheck(check: Check, facts: DoctorFacts): Promise<Finding> {
  try {
    return await check.run(facts);
  } catch (thrown) {
    const { message, hint } = toOvenbirdError(thrown);
    return {
      status: 'warn',
      message: `could not be checked: ${message}`,
      ...(hint === undefined ? {} : { remedy: hint }),
    };
  }
}

function renderFinding({ title }: Check, finding: Finding, style: Style): string {
  const marks = { ok: style.green('✓'), warn: style.yellow('!'), fail: style.red('✗') };
  const lines = [`${marks[finding.status]} ${style.bold(title)}: ${printable(finding.message)}`];
  lines.push(...(finding.details ?? []).map((line) => style.dim(`    ${printable(line)}`)));
  if (finding.remedy !== undefined) lines.push(`  ${style.cyan('→')} ${printable(finding.remedy)}`);
  return `${lines.join('\n')}\n`;
}
