// summary.mjs RESULTS: prints "N passed, N failed[, N skipped]" from the file that vitest's JSON
// reporter wrote. Non-zero where there is no such file (vitest crashed) or no test ran.
import { readFileSync } from 'node:fs';

let results;
try {
  results = JSON.parse(readFileSync(process.argv[2], 'utf8'));
} catch {
  console.error('bed: vitest ended without writing its results');
  process.exit(1);
}
// A file that fails to load holds no test, so it would not count.
const broken = results.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
const passed = results.numPassedTests;
const failed = results.numFailedTests + broken;
const skipped = results.numPendingTests + (results.numTodoTests ?? 0);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
