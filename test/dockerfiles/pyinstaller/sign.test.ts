import { expect, test } from 'vitest';
import { Step } from '../step.ts';

test('a call of a tool that does not end is ended, and says so', async () => {
  const step = new Step('sign', {}, 'pyinstaller');
  const code = `
import json, ob, tools
tools.LIMIT = 0.3
try:
    tools.run(["sleep", "20"], "signing app.exe")
except ob.Failure as failure:
    print(json.dumps(failure.problems))
`;
  expect(await step.evaluate(code)).toEqual([
    {
      code: 'BUILD_TIMEOUT',
      message: '--sign: signing app.exe took longer than 0.3 s',
      hint: 'build again; an engine with less to do is faster',
    },
  ]);
});
