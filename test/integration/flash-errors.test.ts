import { execa } from 'execa';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { POWERLESS } from '../powerless.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';

const OVENBIRD = fileURLToPath(new URL('../../src/cli/ovenbird.ts', import.meta.url));
const engine = testEngines()[0]?.address ?? '';

const GOOD = `from runpod_flash import Endpoint

@Endpoint(name="hello", cpu="cpu3c-1-2")
def hello(name="world"):
    return {"hello": name}
`;

interface Row {
  readonly input: string;
  readonly files: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
  /** Does the rest of the input's setting up. @returns further options */
  readonly prepare?: (folder: string) => readonly string[];
  /** Root may do everything: the command is run without that power. */
  readonly powerless?: true;
  readonly code: string;
  readonly exit: number;
  /** Parts of what the user reads, from any of the problems. */
  readonly message: RegExp;
  readonly hint: RegExp;
  readonly location?: { readonly file: string; readonly line: number };
}

/** Input → code, hint and exit status. Each row is a real run of the command. */
const ROWS: readonly Row[] = [
  {
    input: 'no Python file',
    files: { 'readme.txt': 'hello' },
    options: ['--target', 'flash'],
    code: 'FLASH_NO_PYTHON_FILES',
    exit: 1,
    message: /no Python file/i,
    hint: /ovenbird build DIR/,
  },
  {
    input: 'a folder that is no project at all',
    files: { 'readme.txt': 'hello' },
    code: 'TARGET_NOT_DETECTED',
    exit: 1,
    message: /nothing in/,
    hint: /--target flash/,
  },
  {
    input: 'an archive over --max-size',
    files: { 'main.py': GOOD, 'requirements.txt': 'toolz\nhumanize\n' },
    options: ['--max-size', '100kB'],
    code: 'FLASH_TOO_LARGE',
    exit: 1,
    message: /the archive has 0\.\d MB, and may have 0\.1 MB/,
    hint: /--exclude (?:humanize,toolz|toolz,humanize)$/,
  },
  {
    input: 'a dependency group that is not there',
    files: { 'main.py': GOOD, 'pyproject.toml': '[dependency-groups]\ntest = ["pytest"]\n' },
    options: ['--group', 'tests'],
    code: 'USAGE',
    exit: 2,
    message: /no dependency group "tests"; it has test$/,
    hint: /did you mean: --group test$/,
  },
  {
    input: 'a range of Poetry that is several ones',
    files: { 'main.py': GOOD, 'pyproject.toml': '[tool.poetry.dependencies]\nrich = "^12 || ^13"\n' },
    code: 'REQUIREMENTS_INVALID',
    exit: 1,
    message: /the range "\^12 \|\| \^13" is several ones/,
    hint: />=1,<3/,
    location: { file: 'pyproject.toml', line: 2 },
  },
  {
    input: 'an option among the dependencies of an endpoint',
    files: {
      'main.py': GOOD.replace(
        'cpu="cpu3c-1-2"',
        'cpu="cpu3c-1-2", dependencies=["--index-url=http://127.0.0.1:1"]',
      ),
    },
    code: 'REQUIREMENTS_INVALID',
    exit: 1,
    message: /begins with '-'/,
    hint: /name packages only/,
    location: { file: 'main.py', line: 3 },
  },
  {
    input: 'no endpoint',
    files: { 'main.py': 'from runpod_flash import Endpoint\nprint(Endpoint)\n' },
    code: 'FLASH_NO_ENDPOINTS',
    exit: 1,
    message: /endpoint/i,
    hint: /@Endpoint/,
  },
  {
    input: 'a syntax error',
    files: { 'main.py': GOOD, 'broken.py': 'from runpod_flash import Endpoint\n\ndef f(:\n    pass\n' },
    code: 'PYTHON_SYNTAX',
    exit: 1,
    message: /./,
    hint: /./,
    location: { file: 'broken.py', line: 3 },
  },
  {
    input: "an import error in the user's code",
    files: { 'main.py': `import no_such_module_at_all\n${GOOD}` },
    code: 'FLASH_IMPORT_FAILED',
    exit: 1,
    message: /no_such_module_at_all/,
    hint: /dependencies|requirements\.txt/,
    location: { file: 'main.py', line: 1 },
  },
  {
    input: "an exception in the user's code",
    files: { 'main.py': `${GOOD}\nvalue = {}["missing"]\n` },
    code: 'FLASH_IMPORT_FAILED',
    exit: 1,
    message: /KeyError/,
    hint: /./,
    location: { file: 'main.py', line: 7 },
  },
  {
    input: 'a duplicate endpoint',
    files: { 'a.py': GOOD, 'b.py': GOOD.replaceAll('def hello', 'def other') },
    code: 'FLASH_DUPLICATE_ENDPOINT',
    exit: 1,
    message:
      /'hello' is defined in multiple files: a\.py, b\.py\. each endpoint name must be unique across the project\./,
    hint: /./,
  },
  {
    input: 'an unsupported Python',
    files: { 'main.py': GOOD },
    options: ['--python', '3.9'],
    code: 'PYTHON_UNSUPPORTED',
    exit: 1,
    message: /Python 3\.9 is not supported\. Supported versions: 3\.10, 3\.11, 3\.12, 3\.13/,
    hint: /--python/,
  },
  {
    input: 'a requirement that does not exist',
    files: { 'main.py': GOOD, 'requirements.txt': 'six\novenbird-no-such-package-zz==1\n' },
    code: 'DEPENDENCY_UNRESOLVABLE',
    exit: 1,
    message: /ovenbird-no-such-package-zz/,
    hint: /./,
    location: { file: 'requirements.txt', line: 2 },
  },
  {
    input: 'a requirement of a decorator that does not exist',
    files: {
      'main.py': GOOD.replace('cpu=', 'dependencies=["ovenbird-no-such-package-zz"], cpu='),
    },
    code: 'DEPENDENCY_UNRESOLVABLE',
    exit: 1,
    message: /ovenbird-no-such-package-zz/,
    hint: /./,
    location: { file: 'main.py', line: 3 },
  },
  {
    input: 'no engine at that address',
    files: { 'main.py': GOOD },
    options: ['--engine', 'unix:///nonexistent/docker.sock'],
    code: 'ENGINE_NOT_FOUND',
    exit: 75,
    message: /nonexistent/,
    hint: /./,
  },
  {
    input: 'an engine that is not running',
    files: { 'main.py': GOOD },
    prepare: (folder) => ['--engine', `unix://${deadSocket(folder)}`],
    code: 'ENGINE_UNREACHABLE',
    exit: 75,
    message: /dead\.sock/,
    hint: /start|dockerd|Docker Desktop/,
  },
  {
    input: 'an engine that this user may not use',
    files: { 'main.py': GOOD },
    prepare: (folder) => {
      const socket = deadSocket(folder);
      chmodSync(socket, 0o000);
      return ['--engine', `unix://${socket}`];
    },
    powerless: true,
    code: 'ENGINE_FORBIDDEN',
    exit: 1,
    message: /dead\.sock/,
    hint: /usermod -aG docker/,
  },
  {
    input: 'an output folder that is read-only',
    files: { 'main.py': GOOD },
    prepare: (folder) => {
      chmodSync(join(folder, '.flash'), 0o555);
      return [];
    },
    powerless: true,
    code: 'OUTPUT_NOT_WRITABLE',
    exit: 1,
    message: /\.flash.*permission denied/,
    hint: /chown/,
  },
  {
    input: 'a base image that cannot be had',
    files: { 'main.py': GOOD },
    options: ['--base', '127.0.0.1:9/no/such-image:1'],
    code: 'BASE_IMAGE_UNAVAILABLE',
    exit: 1,
    message: /no\/such-image/,
    hint: /docker pull|--base/,
  },
  {
    input: 'a hostile base image reference',
    files: { 'main.py': GOOD },
    options: ['--base', 'python:3.12\nRUN id'],
    code: 'DOCKERFILE_UNSAFE_VALUE',
    exit: 1,
    message: /./,
    hint: /--base/,
  },
  {
    input: 'an output that is no archive',
    files: { 'main.py': GOOD, 'notes.txt': 'mine' },
    options: ['-o', './notes.txt'],
    code: 'OUTPUT_UNSAFE',
    exit: 1,
    message: /notes\.txt/,
    hint: /-o/,
  },
  {
    input: 'a CA bundle that is not there',
    files: { 'main.py': GOOD },
    options: ['--ca', '/nonexistent/ca.pem'],
    code: 'CA_BUNDLE_UNREADABLE',
    exit: 1,
    message: /nonexistent/,
    hint: /./,
  },
];

/** A socket's file whose server is gone. */
function deadSocket(folder: string): string {
  const socket = join(folder, '.flash', 'dead.sock');
  const script = 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])';
  execFileSync('python3', ['-c', script, socket]);
  return socket;
}

interface RunOptions {
  readonly folder: string;
  readonly options?: readonly string[];
  readonly powerless?: boolean;
}

async function run({ folder, options = [], powerless = false }: RunOptions) {
  const [program = '', ...argv] = [
    ...(powerless ? POWERLESS : []),
    process.execPath,
    OVENBIRD,
    'build',
    '.',
    '--json',
    '--progress',
    'plain',
    ...(options.includes('--engine') ? [] : ['--engine', engine]),
    ...options,
  ];
  return execa(program, argv, { cwd: folder, reject: false });
}

/** Any real gzip file will do as "the old archive". */
const archive = gzipSync('the old one');

describe('errors', () => {
  test.each(ROWS)('$input → $code, exit $exit', { timeout: 120_000 }, async (row) => {
    const folder = temporaryFolder();
    await writeFiles(folder, row.files);
    mkdirSync(join(folder, '.flash'));
    writeFileSync(join(folder, '.flash/artifact.tar.gz'), archive);

    const options = [...(row.options ?? []), ...(row.prepare?.(folder) ?? [])];

    const { exitCode, stdout, stderr } = await run({ folder, options, powerless: row.powerless ?? false });

    const { error } = JSON.parse(stdout) as {
      error: {
        code: string;
        problems: { code: string; message: string; hint?: string; location?: object }[];
      };
    };
    expect(error.code, stderr).toBe(row.code);
    expect(exitCode).toBe(row.exit);
    expect(error.problems.map((each) => each.message).join('\n')).toMatch(row.message);
    expect(error.problems.map((each) => each.hint ?? '').join('\n')).toMatch(row.hint);
    if (row.location)
      expect(error.problems.map((each) => each.location)).toContainEqual(
        expect.objectContaining(row.location),
      );
    expect(readFileSync(join(folder, '.flash/artifact.tar.gz'))).toEqual(archive);
  });

  test('several mistakes are told together', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    await writeFiles(folder, {
      'a.py': 'from runpod_flash import Endpoint\ndef f(:\n',
      'b.py': 'from runpod_flash import Endpoint\nclass (:\n',
      'requirements.txt': '-r nowhere.txt\n',
    });
    const { stdout, exitCode } = await run({ folder });
    const { error } = JSON.parse(stdout) as { error: { problems: { code: string }[] } };
    expect(exitCode).toBe(1);
    expect(error.problems.map((each) => each.code).sort()).toEqual([
      'PYTHON_SYNTAX',
      'PYTHON_SYNTAX',
      'REQUIREMENTS_INVALID',
    ]);
  });

  test(
    'the same run without --json tells a person file, line, code and what to type',
    { timeout: 60_000 },
    async () => {
      const folder = temporaryFolder();
      await writeFiles(folder, { 'main.py': 'from runpod_flash import Endpoint\n\ndef f(:\n    pass\n' });
      const { stderr, stdout, exitCode } = await execa(process.execPath, [OVENBIRD, 'build', '.'], {
        cwd: folder,
        reject: false,
      });
      expect(exitCode).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/main\.py:3(?::\d+)?: .*\[PYTHON_SYNTAX\]/);
    },
  );
});

describe('an output that cannot be written', () => {
  test('is told before anything is built', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    await writeFiles(folder, { 'main.py': GOOD, '.flash': 'a file, not a folder' });
    const { exitCode, stdout } = await run({ folder });
    const { error } = JSON.parse(stdout) as { error: { code: string; hint: string } };
    expect([exitCode, error.code]).toEqual([1, 'OUTPUT_NOT_WRITABLE']);
    expect(error.hint).toMatch(/chown/);
    expect(readFileSync(join(folder, '.flash'), 'utf8')).toBe('a file, not a folder');
    rmSync(join(folder, '.flash'));
  });
});
