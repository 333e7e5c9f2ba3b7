import { expect, test } from 'vitest';
import { canFreeze, freezeDeps, Freezer } from './freeze-steps.ts';
import { ROWS } from './reuse-rows.ts';

/**
 * A wrong cache hit is the worst defect there is. A project is analysed by its outlines; then it
 * is edited, and built with what was analysed where an engine would have that in its cache. The
 * executable must hold what one holds that was made of the edited files alone, and the report
 * say the same.
 */
test.skipIf(!canFreeze()).each(ROWS)('$name', { timeout: 300_000 }, async (row) => {
  const freezer = new Freezer(await freezeDeps(), {
    entry: { kind: 'script', file: 'app.py' },
    ...row.options,
  });
  const edited = { ...row.files, ...row.edit };
  const analysed = await freezer.analyse(row.files, edited);
  const made = await freezer.assemble(edited);
  const whole = await freezer.assemble(edited, true);

  expect(made.contents).toEqual(whole.contents);
  expect(made.report).toEqual(whole.report);
  expect(made.errors).toEqual(whole.errors);
  expect({ analysed, reused: made.reused }).toEqual({ analysed: row.analysed, reused: row.reused });
  for (const entry of row.has ?? []) expect(Object.keys(made.contents).join('\n')).toContain(entry);
});
