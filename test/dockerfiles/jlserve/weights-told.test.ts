import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { app, built, save } from './slice-step.ts';

describe('a secret whose id is no variable’s', () => {
  test('is a file only', async () => {
    const lines = [
      'root = os.environ["JLSERVE_CACHE_DIR"][:-len("/var/cache/jlserve")]',
      'assert open(root + "/run/secrets/my-key").read() == "key " + "of mine"',
      'assert open(root + "/run/secrets/hf.token").read() == "token " + "of mine"',
      save('[name for name in os.environ if "my" in name or "hf.t" in name]'),
    ];
    const { status, stderr, files } = await built(
      { 'app.py': app(lines) },
      { request: { secrets: ['my-key', 'hf.token'] } },
      { 'secrets/user.json': '{"my-key": "key of mine", "hf.token": "token of mine"}' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(files['out.txt']).toBe('[]');
  });

  test('and one whose value is none is a file, too', async () => {
    const lines = [
      'root = os.environ["JLSERVE_CACHE_DIR"][:-len("/var/cache/jlserve")]',
      save('(len(open(root + "/run/secrets/KEY").read()), "KEY" in os.environ)'),
    ];
    const { files } = await built(
      { 'app.py': app(lines) },
      { request: { secrets: ['KEY'] } },
      { 'secrets/user.json': JSON.stringify({ KEY: 'a\0b' }) },
    );
    expect(files['out.txt']).toBe('(3, False)');
  });

  test.each(['a/b', '..', 'a..b', '', '.x', '-x', 'x\n', 'x'.repeat(101)])(
    'is refused where the host should have done so: %j',
    async (name) => {
      const { status, errors } = await built(
        { 'app.py': app(['pass']) },
        { request: { secrets: [name] } },
        { 'secrets/user.json': JSON.stringify({ [name]: 'value' }) },
      );
      expect(status).toBe(70);
      expect(errors[0]?.message).toContain('a secret is called');
    },
  );
});

test.each([
  ['app.py', 'jlserve build app.py --in-place'],
  ["it's my app.py", `jlserve build 'it'"'"'s my app.py' --in-place`],
])('a failed download of %s says what shows it', async (file, typed) => {
  const { errors } = await built(
    { [file]: app(['raise ValueError("no such model")']) },
    { request: { file } },
  );
  expect(errors[0]).toMatchObject({
    code: 'JLSERVE_WEIGHTS_FAILED',
    hint: `see it happen on your machine: ${typed}`,
  });
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${typed}`], { encoding: 'utf8' });
  expect(words.split('\n')[2]).toBe(file);
});
