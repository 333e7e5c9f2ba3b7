import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder, writeFiles } from '../../temporary.ts';
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

test.each([
  ['once', 2, null],
  ['always', 3, 'no answer within 0.5 s'],
])('a server that is silent %s is asked again', async (_, calls, detail) => {
  const folder = temporaryFolder();
  const asked = join(folder, 'asked');
  // In place of the tool, whose server is the one that says nothing.
  await writeFiles(folder, {
    osslsigncode: `#!/bin/sh
echo >>${asked}
if [ $(wc -l <${asked}) -eq 2 ] && [ ${calls} -eq 2 ]; then exit 0; fi
exec sleep 20
`,
  });
  chmodSync(join(folder, 'osslsigncode'), 0o755);
  const step = new Step('sign', {}, 'pyinstaller');
  const code = `
import json, os, authenticode, ob
os.environ["PATH"] = "${folder}:" + os.environ["PATH"]
authenticode.ANSWER_LIMIT = 0.5
signer = {"file": "s.pfx", "password": None, "begins": "2026-01-01T00:00:00Z"}
problems = None
try:
    authenticode.sign("app.exe", "signed.exe", signer, "http://time.example")
except ob.Failure as failure:
    problems = failure.problems
with open("${asked}") as file:
    print(json.dumps([len(file.readlines()), problems and problems[0]["message"], problems and problems[0]["detail"]]))
`;
  expect(await step.evaluate(code)).toEqual([
    calls,
    detail && '--sign-timestamp: http://time.example gave no time stamp',
    detail,
  ]);
});
