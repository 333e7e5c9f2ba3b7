import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { explainCheck } from '../../../src/failure/explain-check.ts';
import { PACKAGE_ROOT } from '../../../src/package-root.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';
import { APP } from './app-step.ts';
import { jlservePackages } from './app-packages.ts';

const TIMEOUT = 90_000;

/** Fails in line 4 when it is called. */
const HELPER = 'import os\n\ndef load(path):\n    return open(path)\n';

/** Runs the check with --validate in the layout of an image; setup() stands in line 11. */
async function validate(setup: string): Promise<ReturnType<typeof explainCheck>> {
  const root = temporaryFolder();
  const app = APP.replace('def setup(self): pass', `def setup(self): ${setup}`);
  const settings = JSON.stringify({ file: 'app.py', name: 'Demo', port: 8000 });
  await writeFiles(root, {
    'app/app.py': `${app}import os, sys\n`,
    'app/helper.py': HELPER,
    'opt/ovenbird/app.json': settings,
  });
  const programs = join(PACKAGE_ROOT, 'dockerfiles/jlserve/toolkit/app/image');
  mkdirSync(join(root, 'opt/ovenbird'), { recursive: true });
  cpSync(programs, join(root, 'opt/ovenbird'), { recursive: true });
  symlinkSync(await jlservePackages(), join(root, 'opt/deps'));
  const { exitCode, stdout, stderr } = await execa(
    'python3',
    [join(root, 'opt/ovenbird/check.py'), '--validate'],
    { reject: false, env: { PYTHONPATH: join(root, 'opt/deps'), PYTHONDONTWRITEBYTECODE: '1' } },
  );
  expect(exitCode).toBe(1);
  return explainCheck('the check', { exitStatus: 1, stdout, stderr });
}

test.each<readonly [string, string, string, object | undefined]>([
  [
    'in a file beside the app',
    'import helper; helper.load("/nowhere/model")',
    "setup() failed: [Errno 2] No such file or directory: '/nowhere/model'",
    { file: 'helper.py', line: 4 },
  ],
  [
    'in a library that the app called',
    'import json; json.loads("{")',
    'setup() failed: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
    { file: 'app.py', line: 11 },
  ],
  [
    'in several lines',
    'raise ValueError("one\\ntwo")',
    'setup() failed: one\ntwo',
    { file: 'app.py', line: 11 },
  ],
  [
    'in a file that is no Python',
    'compile("\\n\\ndef f(:", __file__, "exec")',
    'setup() failed: invalid syntax (app.py, line 3)',
    { file: 'app.py', line: 3 },
  ],
  [
    'with words that cannot be had',
    'raise type("Bad", (Exception,), {"__str__": lambda _: 1 / 0})()',
    'setup() failed: Bad',
    { file: 'app.py', line: 11 },
  ],
  ['without a word', 'os._exit(3)', 'setup() failed: it ended the process with status 3', undefined],
])(
  'where setup() failed is said: %s',
  async (_, code, message, location) => {
    const { problems } = await validate(`print("printed before", file=sys.stderr, flush=True); ${code}`);
    expect(problems).toEqual([
      {
        code: 'JLSERVE_SETUP_FAILED',
        message,
        // The image that failed is not kept: what is to be typed makes it again.
        hint: 'see it happen: build with -t debug instead of --validate, then docker run --rm --network none --read-only --tmpfs /tmp --entrypoint python3 debug /opt/ovenbird/serve.py --setup',
        detail: expect.stringContaining('printed before'),
        ...(location === undefined ? {} : { location }),
      },
    ]);
  },
  TIMEOUT,
);

test(
  'an end of the message that the host could not read is cut off',
  async () => {
    const { problems } = await validate('raise ValueError("é\\U0001F600" * 100_000)');
    expect(problems[0]).toMatchObject({ code: 'JLSERVE_SETUP_FAILED', location: { line: 11 } });
    expect(problems[0].message.length).toBeLessThan(4000);
  },
  TIMEOUT,
);
