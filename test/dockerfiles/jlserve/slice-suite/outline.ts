/**
 * Outlines apps for the suite, as a build does: a project's folder a line on stdin; a line of
 * JSON back, the text of its outlined app.py, or null where nothing can be left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { outlineOf } from '../../../../src/context/outline.ts';
import { scanProject } from '../../../../src/project/scan.ts';
import { readJlserveApp } from '../../../../src/targets/jlserve/read-app.ts';

for await (const root of createInterface({ input: process.stdin })) {
  const tree = await scanProject({ root, rules: { gitignore: false, builtIn: [] } });
  const { app } = await readJlserveApp({ root, file: 'app.py', tree });
  const text =
    app === undefined || app.outline.length === 0
      ? null
      : Buffer.from(outlineOf(readFileSync(join(root, 'app.py')), app.outline)).toString();
  process.stdout.write(`${JSON.stringify(text)}\n`);
}
