/** A build that plays on a terminal; run in a pseudo-terminal by the test. */
import { setTimeout as delay } from 'node:timers/promises';
import { chooseReporter } from '../../src/report/choose.ts';

const reporter = await chooseReporter({ progress: 'auto', stream: process.stderr, env: process.env });
const time = Date.now();
const send = reporter.onEvent;
send({ type: 'step-started', step: 'a', title: 'install 14 packages for Python 3.12', time });
for (let line = 0; line < 3; line += 1) {
  send({ type: 'log', step: 'a', stream: 'stdout', text: `fetching wheel number ${line} \u001b[2J`, time });
  await delay(150);
}
send({ type: 'step-finished', step: 'u', title: 'prepare uv', time, durationMs: 0, cached: true });
send({
  type: 'step-finished',
  step: 'a',
  title: 'install 14 packages for Python 3.12',
  time,
  durationMs: 450,
  cached: false,
});
send({ type: 'step-started', step: 'b', title: '全部の日本語の名前を持つとても長いステップ', time });
await delay(250);
send({
  type: 'step-finished',
  step: 'b',
  title: '全部の日本語の名前を持つとても長いステップ',
  time,
  durationMs: 250,
  cached: false,
  error: 'exit status 1',
});
reporter.close();
process.stderr.write('the end\n');
