import { describe, expect, test } from 'vitest';
import { Step, type StepProblem } from '../step.ts';

/** What uv 0.13.8 wrote, as captured, and what the user is told. */
async function explain(
  said: string,
  decorators: readonly object[] = [],
  requirements = '',
): Promise<readonly StepProblem[]> {
  const step = new Step('resolve', { 'work/requirements.txt': requirements });
  return (await step.evaluate(`
import json, ob
from origins import Origins
from ob_uv_messages import problems
request = {"sources": [{"file": "requirements.txt"}], "decorators": json.loads(${JSON.stringify(JSON.stringify(decorators))})}
print(json.dumps(problems(${JSON.stringify(said)}, Origins(ob.mnt("work"), request))))
`)) as readonly StepProblem[];
}

const UNSOLVABLE = 'error: No solution found when resolving dependencies\n  cause: ';

describe("uv's words", () => {
  test('a package that does not exist', async () => {
    const said = `${UNSOLVABLE}Because nosuch-zz was not found in the package registry and you require nosuch-zz, we can conclude that your requirements are unsatisfiable.\n`;
    const at = [{ requirement: 'nosuch_zz', file: 'gpu/a.py', line: 7, endpoint: 'a' }];
    expect(await explain(said, at)).toMatchObject([
      {
        code: 'DEPENDENCY_UNRESOLVABLE',
        message: 'no package is called nosuch-zz',
        location: { file: 'gpu/a.py', line: 7 },
      },
    ]);
  });

  test('a version that does not exist, a wheel that does not', async () => {
    expect(
      await explain(
        `${UNSOLVABLE}Because only numpy<=2.5.5 is available and you require numpy>=99, we can conclude that your requirements are unsatisfiable.\n`,
        [],
        '# top\nnumpy\nnumpy >= 99  # why\n',
      ),
    ).toMatchObject([
      {
        message: 'no version of numpy satisfies numpy >= 99',
        location: { file: 'requirements.txt', line: 3 },
      },
    ]);
    expect(
      await explain(
        `${UNSOLVABLE}Because all versions of pylzma have no usable wheels and you require pylzma, we can conclude that your requirements are unsatisfiable.\n\nhint: Wheels are required\n`,
        [],
        'pylzma\n',
      ),
    ).toMatchObject([
      {
        message: "pylzma has no wheel for the target's Python and platform",
        location: { file: 'requirements.txt', line: 1 },
      },
    ]);
  });

  test('a conflict names both requirements', async () => {
    const said = `${UNSOLVABLE}Because requests==2.30.0 depends on urllib3>=1.21.1,<3 and you require requests==2.30.0, we can conclude that you require urllib3>=1.21.1,<3. And because you require urllib3<1.21, we can conclude that your requirements are unsatisfiable.\n`;
    const found = await explain(said, [], 'requests==2.30.0\nurllib3<1.21\n');
    expect(found.map(({ location }) => location?.line)).toEqual([1, 2]);
  });

  test('a line that is no requirement, in a file and in a decorator', async () => {
    expect(
      await explain(
        "error: Couldn't parse requirement in `requirements.txt` at position 7\n  cause: Expected one of `@`, found `b`\n         foo bar baz\n             ^\n",
        [],
        'pylzma\nfoo bar baz\n',
      ),
    ).toMatchObject([{ code: 'REQUIREMENTS_INVALID', location: { file: 'requirements.txt', line: 2 } }]);
    const at = [{ requirement: 'numpy=>2', file: 'a.py', line: 2, column: 36 }];
    expect(
      await explain(
        'error: Couldn\'t parse requirement in `.ovenbird/decorators.txt` at position 0\n  cause: no such comparison operator "=>"\n',
        at,
      ),
    ).toMatchObject([{ code: 'REQUIREMENTS_INVALID', location: { file: 'a.py', line: 2, column: 36 } }]);
  });

  test('a git repository: each that is required, with its line and what to write', async () => {
    const said =
      'error: Failed to download and build `demo @ git+https://key@host/o/demo.git@v1`\n  cause: Git operation failed\n  cause: Git executable not found. Ensure that Git is installed and available.\n';
    const at = [{ requirement: 'other @ git+https://host/o/other', file: 'app.py', line: 9 }];
    const text = 'numpy\ndemo @ git+https://key@host/o/demo.git@v1\ngit+https://host/o/third.git#egg=x\n';
    const found = await explain(said, at, text);
    const message = (url: string): string =>
      `${url} is a git repository, and packages are installed from wheels only`;
    expect(found).toMatchObject([
      {
        code: 'DEPENDENCY_UNRESOLVABLE',
        message: message('demo @ git+https://***@host/o/demo.git@v1'),
        location: { file: 'requirements.txt', line: 2 },
        hint: 'require a published version of it: demo>=1.0; or name a wheel of it by its URL: demo @ https://HOST/demo-1.0-py3-none-any.whl',
      },
      {
        message: message('git+https://host/o/third.git#egg=x'),
        location: { file: 'requirements.txt', line: 3 },
        hint: expect.stringContaining(' third>=1.0;') as unknown,
      },
      { message: message('other @ git+https://host/o/other'), location: { file: 'app.py', line: 9 } },
    ]);
    expect(JSON.stringify(found)).not.toContain('key@');
    // Of a line that is no requirement of its own, uv's words are all there is.
    expect(await explain(said)).toMatchObject([
      { message: message('demo @ git+https://***@host/o/demo.git@v1') },
    ]);
  });

  test('a source archive', async () => {
    const said =
      'error: Failed to download and build `dyn @ http://host/dyn-2.0.zip`\n  cause: Building source distributions for `dyn` is disabled\n';
    expect(await explain(said, [], '# top\ndyn @ http://host/dyn-2.0.zip\n')).toMatchObject([
      {
        code: 'DEPENDENCY_UNRESOLVABLE',
        message:
          'dyn @ http://host/dyn-2.0.zip is source that has to be built, and packages are installed from wheels only',
        location: { file: 'requirements.txt', line: 2 },
      },
    ]);
    const late = 'error: Building source distributions is disabled, but attempted to build `dyn`\n';
    expect(await explain(late, [], 'dyn @ http://host/dyn-2.0.zip\n')).toMatchObject([
      { location: { file: 'requirements.txt', line: 1 } },
    ]);
  });

  test('the network and its certificates', async () => {
    expect(
      await explain(
        'error: Request failed after 3 retries in 8.2s\n  cause: Failed to fetch: https://index.example/simple/x/\n  cause: error sending request for url (https://index.example/simple/x/)\n  cause: client error (Connect)\n  cause: dns error\n',
      ),
    ).toMatchObject([
      {
        code: 'DEPENDENCY_DOWNLOAD_FAILED',
        message: 'could not download https://index.example/simple/x/',
      },
    ]);
    expect(
      await explain(
        'error: Request failed\n  cause: client error (Connect)\n  cause: invalid peer certificate: UnknownIssuer\n',
      ),
    ).toMatchObject([
      { code: 'DEPENDENCY_DOWNLOAD_FAILED', hint: expect.stringContaining('--ca') as unknown },
    ]);
  });

  test('a file that is not what the lock pins', async () => {
    expect(
      await explain(
        'error: Failed to download `idna==3.20`\n  cause: Hash mismatch for `idna==3.20`\n\nExpected:\n  sha256:aa\n\nComputed:\n  sha256:bb\n',
      ),
    ).toMatchObject([
      {
        code: 'DEPENDENCY_HASH_MISMATCH',
        message: 'idna==3.20 as downloaded is not what ovenbird.lock pins',
        hint: expect.stringMatching(/--upgrade idna$/) as unknown,
      },
    ]);
  });
});

test('the error line stays short and says what it leaves out', async () => {
  const step = new Step('resolve', {});
  const line = await step.evaluate(`
import json, ob
problems = [ob.problem("X", "message %d " % i + "m" * 300, detail="d" * 9000) for i in range(60)]
print(json.dumps(ob.error_line(problems)))
`);
  const parsed = JSON.parse(line as string) as { errors: StepProblem[] };
  expect((line as string).length).toBeLessThan(8000);
  expect(parsed.errors.at(-1)?.message).toMatch(/^and \d+ more$/);
});
