import { describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

interface Row {
  readonly argv: string;
  readonly message: RegExp;
  readonly hint: RegExp;
}

/** Wrong command lines: all of them exit 2 and say what was probably meant. */
const ROWS: readonly Row[] = [
  { argv: 'buld', message: /no command "buld"/, hint: /did you mean: ovenbird build$/m },
  { argv: 'flsh build', message: /no command "flsh"/, hint: /did you mean: ovenbird flash$/m },
  { argv: 'xyzzy', message: /no command "xyzzy"/, hint: /ovenbird --help/ },
  { argv: 'build --pyton 3.12', message: /no option --pyton/, hint: /did you mean: --python$/m },
  { argv: 'build --nocache', message: /no option --nocache/, hint: /did you mean: --no-cache$/m },
  { argv: 'build --PATH x', message: /no option --PATH/, hint: /→/ },
  { argv: 'build -q', message: /no option -q/, hint: /ovenbird build --help/ },
  { argv: 'build --cache', message: /no option --cache/, hint: /→/ },
  { argv: 'build --python', message: /--python wants a value/, hint: /--python 3\.12/ },
  { argv: 'build --python=', message: /--python wants a value/, hint: /--python 3\.12/ },
  { argv: 'build -o', message: /--output wants a value/, hint: /--output NAME/ },
  { argv: 'build --python three', message: /"three" is not a Python version/, hint: /--python 3\.12/ },
  { argv: 'build --python 3.11.4', message: /"3\.11\.4" is not a Python version/, hint: /--python 3\.11$/m },
  { argv: 'build --python py310', message: /"py310"/, hint: /--python 3\.10$/m },
  { argv: 'build --python 3.11 --python 3.12', message: /given 2 times/, hint: /once/ },
  {
    argv: 'build --platform linux/amd46',
    message: /linux\/amd46/,
    hint: /did you mean: --platform linux\/amd64/,
  },
  { argv: 'build --platform linux/x86_64', message: /x86_64/, hint: /did you mean: --platform linux\/amd64/ },
  {
    argv: 'build --platform linux/amd64,linux/arm64',
    message: /one platform a build/,
    hint: /imagetools create/,
  },
  { argv: 'build --platform mars', message: /mars/, hint: /--platform linux\/amd64/ },
  { argv: 'build --timeout soon', message: /"soon" is not a time/, hint: /--timeout 10m/ },
  { argv: 'build --timeout 0', message: /no time at all/, hint: /--timeout/ },
  { argv: 'build --timeout 999h', message: /too long/, hint: /--timeout/ },
  { argv: 'build --progress fancy', message: /--progress cannot be "fancy"/, hint: /--progress plain/ },
  { argv: 'build --progress qiet', message: /"qiet"/, hint: /did you mean: --progress quiet/ },
  { argv: 'build a b', message: /does not take the argument "b"/, hint: /ovenbird build --help/ },
  { argv: 'doctor here', message: /does not take the argument "here"/, hint: /ovenbird doctor --help/ },
  {
    argv: 'build --engine ftp://x',
    message: /not an engine's address: ftp:\/\/x/,
    hint: /unix:\/\/\/var\/run\/docker\.sock/,
  },
];

describe('a wrong command line exits 2 and says what was meant', () => {
  test.each(ROWS)('$argv', async ({ argv, message, hint }) => {
    const { status, stdout, stderr } = await runCli('ovenbird', argv.split(' '));
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(hint);
    expect(stderr).toContain(argv.includes('--engine') ? '[ENGINE_ADDRESS_INVALID]' : '[USAGE]');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});

test('all mistakes are reported together', async () => {
  const { status, stderr } = await runCli('ovenbird', ['build', '--pyton', '3', '--frobnicate', '-o', '']);
  expect(status).toBe(2);
  expect(stderr.match(/^✗/gm)).toHaveLength(3);
});

test('with --json the error is one document on stdout', async () => {
  const { status, stdout } = await runCli('ovenbird', ['build', '--json', '--python', '3', '--timeout', 'x']);
  expect(status).toBe(2);
  const document = JSON.parse(stdout) as { schema: number; error: { code: string; problems: object[] } };
  expect(document).toMatchObject({
    schema: 1,
    error: { code: 'USAGE', exitCode: 2, location: null, transient: false },
  });
  expect(document.error.problems).toHaveLength(2);
});

test('no command shows the help on stderr and exits 2', async () => {
  const { status, stdout, stderr } = await runCli('ovenbird', []);
  expect(stderr).toContain('ovenbird build [PATH]');
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

test.each([
  [['--help'], 'ovenbird doctor'],
  [['-h'], 'ovenbird flash build --docker'],
  [['-h'], 'ovenbird jlserve build app.py'],
  [['build', '--help'], '--no-verify'],
  [['build', 'somewhere', '-h'], '--timeout TIME'],
  [['plan', '--help'], '--target NAME'],
  [['--help'], 'ovenbird.toml'],
  [['build', '--help'], 'OVENBIRD_PYTHON=3.12'],
  [['flash', 'build', '--help'], 'ovenbird.toml'],
  [['jlserve', 'build', '--help'], 'ovenbird.toml'],
  [['flash', 'build', '--help'], '--python-version 3.12'],
  [['jlserve', 'build', '--help'], '--extract-cache DIR'],
])('help %j', async (argv, part) => {
  const { status, stdout, stderr } = await runCli('ovenbird', argv);
  expect(stdout).toContain(part);
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('a folder may begin with a dash, after --', async () => {
  const { status, stderr } = await runCli('ovenbird', ['plan', '--', '-app']);
  expect(stderr).toContain('/-app');
  expect(status).toBe(1);
});

test('an option after -- is no option', async () => {
  const { status, stderr } = await runCli('ovenbird', ['plan', '--', '--help']);
  expect(stderr).not.toContain('Usage:');
  expect(status).not.toBe(0);
});
