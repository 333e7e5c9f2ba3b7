import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OvenbirdError } from '../../../src/errors.ts';
import { planProject } from '../../../src/plan-project.ts';
import type { BuildOptions } from '../../../src/build-options.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';
import { app } from './read.ts';

/** The problems of a request of the library's. */
async function refused(options: Partial<BuildOptions>): Promise<OvenbirdError> {
  const folder = temporaryFolder();
  await writeFiles(folder, {
    'app.py': app(),
    'main.py': 'from runpod_flash import Endpoint\n@Endpoint(name="x")\ndef f(): ...\n',
  });
  const { target = 'jlserve' } = options;
  const project = target === 'flash' ? folder : join(folder, 'app.py');
  const thrown = await planProject({ project, target, environment: {}, ...options }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof OvenbirdError) return thrown;
  throw thrown ?? new Error('it was not refused');
}

test('an image in a file is not pushed', async () => {
  const { problems, exitCode } = await refused({ output: "my x'.tar", targetOptions: { push: true } });
  expect(problems).toEqual([
    {
      code: 'USAGE',
      message: '--output and --push together: an image that goes into a file is not pushed',
      hint: `leave --output out, and write the file afterwards: docker save --output 'my x'\\''.tar' NAME:TAG`,
    },
  ]);
  expect(exitCode).toBe(2);
});

test.each(['', '.', '..', 'a/b', '../x', 'a\n', 'a\u0000', 'ä', 'a..b', '-x', 'x'.repeat(101)])(
  'the id of a secret cannot be %j',
  async (id) => {
    const { problems, exitCode } = await refused({ secrets: [{ id, variable: 'HF_TOKEN' }] });
    expect(problems).toEqual([
      {
        code: 'USAGE',
        message: expect.stringMatching(
          /^the id of a secret begins with a letter, a digit or "_" and goes on/,
        ),
        hint: 'name it as download_weights() reads it: --secret id=HF_TOKEN,env=VARIABLE',
      },
    ]);
    expect(exitCode).toBe(2);
  },
);

test.each(['HF_TOKEN', 'my-key', 'hf.token', '1', 'x'.repeat(100)])('it can be %j', async (id) => {
  const folder = temporaryFolder();
  await writeFiles(folder, { 'app.py': app() });
  const project = join(folder, 'app.py');
  const { plan } = await planProject({ project, target: 'jlserve', environment: {}, secrets: [{ id }] });
  expect(JSON.parse(plan.files['slice/request.json'] ?? '')).toMatchObject({ secrets: [id] });
});

test('a Flash build takes no secrets', async () => {
  const { problems, exitCode } = await refused({ target: 'flash', secrets: [{ id: 'HF_TOKEN' }] });
  expect(problems).toEqual([
    {
      code: 'USAGE',
      message: '--secret: a Flash build takes no secrets',
      hint: 'leave --secret out: it is for download_weights() of jlserve apps',
    },
  ]);
  expect(exitCode).toBe(2);
});
