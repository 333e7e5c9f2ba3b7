import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderPlan } from '../../src/dockerfile/render-plan.ts';
import { planProject } from '../../src/plan-project.ts';
import { ROOT, runCli, runProgram } from '../cli/run-cli.ts';
import { dockerAt } from '../engine-cache.ts';
import { imageTag, runImage } from '../jlserve.ts';
import { POWERLESS } from '../powerless.ts';
import { app, BODY, HEAD } from '../targets/jlserve/read.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { build, ENGINE, failure, project, warnings } from './jlserve-fixtures.ts';

interface Said {
  readonly status: number | undefined;
  /** The lines of stderr that say what is wrong: `Error: … (file:line) [CODE]`. */
  readonly errors: readonly string[];
  /** What to type, one for each of them. */
  readonly hints: readonly string[];
  readonly text: string;
}

interface Run {
  readonly files?: Readonly<Record<string, string>>;
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Where no engine answers: whoever gets so far fails in another way. */
const NO_ENGINE = 'unix:///nonexistent/docker.sock';

/** `jlserve build app.py`, as a user types it. */
async function jlserve(
  engine: string,
  { files = {}, argv = ['app.py'], env = {}, folder }: Run,
): Promise<Said> {
  const cwd = folder ?? temporaryFolder();
  await writeFiles(cwd, files);
  const { status, stdout, stderr } = await runCli('jlserve', ['build', ...argv, '--progress', 'quiet'], {
    cwd,
    env: { DOCKER_HOST: engine, ...env },
  });
  expect(stdout).toBe('');
  const lines = stderr.split('\n');
  return {
    status,
    errors: lines.filter((line) => line.startsWith('Error: ')).map((line) => line.slice('Error: '.length)),
    hints: lines.filter((line) => line.startsWith('  → ')).map((line) => line.slice(4)),
    text: stderr,
  };
}

/** What the machine says of certificates and proxies: a real build needs the network. */
const NETWORK = Object.fromEntries(
  Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && /^(?:SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|\w*_PROXY|\w*_proxy)$/.test(entry[0]),
  ),
);

/** Endpoints in place of the right one, from line 14 on. */
const endpoints = (...lines: readonly string[]): string =>
  app(
    '@jlserve.app()',
    `    def setup(self): ...\n    def download_weights(self): ...\n${lines.map((line) => `    ${line}\n`).join('')}`,
  );

/** The lifecycle in place of the right one, from line 14 on. */
const lifecycle = (...lines: readonly string[]): string =>
  app(
    '@jlserve.app()',
    `    @jlserve.endpoint()\n    def run(self, input: In) -> Out: ...\n${lines.map((line) => `    ${line}\n`).join('')}`,
  );

const ENDPOINT = '[JLSERVE_ENDPOINT_INVALID]';
const LIFECYCLE = '[JLSERVE_LIFECYCLE_INVALID]';
const REQUIREMENTS = '[REQUIREMENTS_INVALID]';

describe('without an engine', () => {
  test('a right app gets as far as the engine', async () => {
    const said = await jlserve(NO_ENGINE, { files: { 'app.py': app() } });
    expect(said).toMatchObject({ status: 75, errors: [expect.stringContaining('[ENGINE_')] });
  });

  test.each<readonly [string, Run, number, readonly string[]]>([
    ['no FILE', { argv: [] }, 2, ["Missing argument 'FILE'. [USAGE]"]],
    [
      'a file that is not there',
      { argv: ['none.py'] },
      1,
      ['File not found: none.py [JLSERVE_FILE_INVALID]'],
    ],
    [
      'a file that is no Python',
      { files: { 'app.txt': '' }, argv: ['app.txt'] },
      1,
      ['File must be a Python file: app.txt [JLSERVE_FILE_INVALID]'],
    ],
    [
      'a folder with several',
      { files: { 'one.py': app(), 'two.py': app() }, argv: ['.'] },
      1,
      ['which file is the app? several files import jlserve [JLSERVE_FILE_INVALID]'],
    ],
    [
      'a syntax error',
      { files: { 'app.py': `${HEAD}def f():\n    return 1 +\n` } },
      1,
      ['Invalid Python syntax in app.py: invalid syntax (app.py, line 11) (app.py:11:15) [PYTHON_SYNTAX]'],
    ],
    [
      'no app',
      { files: { 'app.py': HEAD } },
      1,
      ['No app found. Did you decorate a class with @jlserve.app()? (app.py) [JLSERVE_NO_APP]'],
    ],
    [
      'a decorator that is not called',
      { files: { 'app.py': app('@jlserve.app') } },
      1,
      ['No app found. @jlserve.app of class Demo must be called (app.py:10) [JLSERVE_NO_APP]'],
    ],
    [
      'several apps',
      { files: { 'app.py': `${app()}\n@jlserve.app()\nclass Other:\n${BODY}` } },
      1,
      [
        "Only one @jlserve.app() class is allowed per module. Found existing app 'Demo' and attempted to register 'Other'. For ML inference use cases, deploy each model as a separate app. (app.py:18) [JLSERVE_SEVERAL_APPS]",
      ],
    ],
    [
      'no endpoint',
      { files: { 'app.py': endpoints() } },
      1,
      [
        'App Demo must have at least one method decorated with @jlserve.endpoint() (app.py:11) [JLSERVE_NO_ENDPOINTS]',
      ],
    ],
    [
      'endpoints without an input or an output, and with others than models',
      {
        files: {
          'app.py': endpoints(
            '@jlserve.endpoint()',
            'def a(self) -> Out: ...',
            '@jlserve.endpoint()',
            'def b(self, input) -> Out: ...',
            '@jlserve.endpoint()',
            'def c(self, input: In): ...',
            '@jlserve.endpoint()',
            'def d(self, input: str) -> dict: ...',
          ),
        },
      },
      1,
      [
        `Endpoint method a() must accept an input parameter with a type hint (app.py:15) ${ENDPOINT}`,
        `Endpoint method b() must have a type hint for input parameter 'input' (app.py:17) ${ENDPOINT}`,
        `Endpoint method c() must have a return type hint (app.py:19) ${ENDPOINT}`,
        `Endpoint method d(): input type must be a Pydantic BaseModel subclass, got <class 'str'> (app.py:21) ${ENDPOINT}`,
        `Endpoint method d(): return type must be a Pydantic BaseModel subclass, got <class 'dict'> (app.py:21) ${ENDPOINT}`,
      ],
    ],
    [
      'endpoints that would fail when they are called',
      {
        files: {
          'app.py': endpoints(
            '@jlserve.endpoint()',
            'async def a(self, input: In) -> Out: ...',
            '@jlserve.endpoint()',
            'def b(self, input: In, more: In) -> Out: ...',
            '@jlserve.endpoint("c")',
            'def c(self, input: In) -> Out: ...',
            '@jlserve.endpoint(path="/d/{id}")',
            'def d(self, input: In) -> Out: ...',
            '@jlserve.endpoint(path="/a")',
            'def e(self, input: In) -> Out: ...',
          ),
        },
      },
      1,
      [
        `Endpoint method a() must not be 'async def': jlserve calls it without awaiting it (app.py:15) ${ENDPOINT}`,
        `Endpoint method b() must accept one input parameter only: nothing is given for 'more' (app.py:17) ${ENDPOINT}`,
        `Endpoint method c(): path "c" must start with '/' (app.py:19) ${ENDPOINT}`,
        `Endpoint method d(): path "/d/{id}" has a path parameter {id}, which nothing receives (app.py:21) ${ENDPOINT}`,
        "Duplicate endpoint path '/a' found in methods a() and e() (app.py:23) [JLSERVE_DUPLICATE_PATH]",
      ],
    ],
    [
      'no setup() and no download_weights()',
      { files: { 'app.py': lifecycle() } },
      1,
      [
        `App Demo must define a setup() method (app.py:11) ${LIFECYCLE}`,
        `App Demo must define a download_weights() method (app.py:11) ${LIFECYCLE}`,
      ],
    ],
    [
      'ones that are no methods, or that nothing can call',
      { files: { 'app.py': lifecycle('setup = 5', 'def download_weights(self, folder): ...') } },
      1,
      [
        `setup must be a method in Demo, got int (app.py:14) ${LIFECYCLE}`,
        `download_weights() in Demo must only accept 'self', got parameters: ['self', 'folder'] (app.py:15) ${LIFECYCLE}`,
      ],
    ],
    [
      'ones that return something, or are never awaited',
      {
        files: {
          'app.py': lifecycle('def setup(self) -> str: ...', 'async def download_weights(self): ...'),
        },
      },
      1,
      [
        `setup() in Demo must return None, got <class 'str'> (app.py:14) ${LIFECYCLE}`,
        `download_weights() in Demo must not be 'async def': jlserve calls it without awaiting it (app.py:15) ${LIFECYCLE}`,
      ],
    ],
    [
      'requirements that only running the file could tell',
      { files: { 'app.py': app('@jlserve.app(requirements=[*open("x"), "numpy"])') } },
      1,
      [
        `requirements of @jlserve.app must be a list that can be read without running the file, which open("x") is not (app.py:10) ${REQUIREMENTS}`,
      ],
    ],
    [
      'requirements that are no list of requirements',
      {
        files: {
          'app.py': app('@jlserve.app(requirements=["-e .", "--index-url=x", "", "a b", "numpy\\n-r x"])'),
        },
      },
      1,
      [
        `requirements[2] must be a non-empty string (app.py:10) ${REQUIREMENTS}`,
        `the requirement '-e .' begins with '-': it would be read as an option, not as a package (app.py:10) ${REQUIREMENTS}`,
        `the requirement '--index-url=x' begins with '-': it would be read as an option, not as a package (app.py:10) ${REQUIREMENTS}`,
        `'a b' is not a requirement as PEP 508 has it (app.py:10) ${REQUIREMENTS}`,
        `'numpy\\x0a-r x' is not a requirement as PEP 508 has it (app.py:10) ${REQUIREMENTS}`,
      ],
    ],
    [
      'sources of requirements that contradict each other',
      {
        files: {
          'app.py': app('@jlserve.app(requirements=["numpy==1.26.4"])'),
          'requirements.txt': '# pinned\nnumpy==2.1.0\n',
        },
      },
      1,
      [
        `app.py:10 asks for numpy==1.26.4, and requirements.txt:2 for numpy==2.1.0 (app.py:10) ${REQUIREMENTS}`,
      ],
    ],
    [
      'an import that nothing provides',
      { files: { 'app.py': `import cv2\n${app()}` } },
      1,
      [
        'nothing provides cv2, which app.py:1 imports: no requirements are named (app.py:1) [JLSERVE_IMPORT_FAILED]',
      ],
    ],
    [
      'a file that requirements.txt names and that lies outside',
      { files: { 'app.py': app(), 'requirements.txt': '-r ../other.txt\n' } },
      1,
      [
        `../other.txt lies outside the project, where the build cannot see it (requirements.txt:1) ${REQUIREMENTS}`,
      ],
    ],
    [
      'everything at once',
      {
        files: {
          'app.py': app('@jlserve.app(requirements=["-x"])', '    def setup(self, device): ...\n'),
        },
        argv: ['app.py', '--python', '3.9'],
      },
      1,
      [
        'App Demo must have at least one method decorated with @jlserve.endpoint() (app.py:11) [JLSERVE_NO_ENDPOINTS]',
        `setup() in Demo must only accept 'self', got parameters: ['self', 'device'] (app.py:12) ${LIFECYCLE}`,
        `App Demo must define a download_weights() method (app.py:11) ${LIFECYCLE}`,
        `the requirement '-x' begins with '-': it would be read as an option, not as a package (app.py:10) ${REQUIREMENTS}`,
        'Python 3.9 is not supported. Supported versions: 3.10, 3.11, 3.12, 3.13 [PYTHON_UNSUPPORTED]',
      ],
    ],
    [
      'a name that no image can have',
      { files: { 'app.py': app() }, argv: ['app.py', '-t', 'My App'] },
      2,
      ['--tag "My App" is not an image name: write NAME:TAG in lower case [USAGE]'],
    ],
    [
      'a Debian package that is none',
      { files: { 'app.py': app() }, argv: ['app.py', '--apt', 'libgl1,--allow-downgrades'] },
      2,
      ['--apt "--allow-downgrades" is not the name of a Debian package [USAGE]'],
    ],
    [
      'a base that is no image',
      { files: { 'app.py': app() }, argv: ['app.py', '--base', 'python:3.12\nRUN id'] },
      1,
      ['--base "python:3.12\\nRUN id" is not an image reference [DOCKERFILE_UNSAFE_VALUE]'],
    ],
    [
      'a platform that is none',
      { files: { 'app.py': app() }, argv: ['app.py', '--platform', 'linux/amd64 AS x\nRUN id'] },
      2,
      ['--platform "linux/amd64 AS x\\nRUN id" is not a platform that we know [USAGE]'],
    ],
    [
      'an archive that is none',
      { files: { 'app.py': app() }, argv: ['app.py', '--output', 'app.py'] },
      1,
      ['"app.py" cannot be the archive\'s name [OUTPUT_UNSAFE]'],
    ],
    [
      'a secret that is not there',
      { files: { 'app.py': app() }, argv: ['app.py', '--secret', 'id=HF_TOKEN'] },
      2,
      ['the secret HF_TOKEN is to come from the variable HF_TOKEN, which is not set [USAGE]'],
    ],
    [
      'a secret whose value was typed',
      { files: { 'app.py': app() }, argv: ['app.py', '--secret', 'HF_TOKEN=hf_abcdefgh'] },
      2,
      ['--secret is not in the form that docker has [USAGE]'],
    ],
    [
      'an option that is misspelt',
      { files: { 'app.py': app() }, argv: ['app.py', '--validat'] },
      2,
      ['there is no option --validat [USAGE]'],
    ],
    [
      '--in-place without a cache folder',
      { files: { 'app.py': app() }, argv: ['app.py', '--in-place'] },
      1,
      [
        'JLSERVE_CACHE_DIR environment variable must be set. Set it to a shared directory for caching model weights. [JLSERVE_CACHE_DIR]',
      ],
    ],
    [
      '--in-place with one that is not there',
      {
        files: { 'app.py': app() },
        argv: ['app.py', '--in-place'],
        env: { JLSERVE_CACHE_DIR: '/none/there' },
      },
      1,
      ['JLSERVE_CACHE_DIR directory does not exist: /none/there [JLSERVE_CACHE_DIR]'],
    ],
    [
      '--in-place with a file',
      { files: { 'app.py': app() }, argv: ['app.py', '--in-place'], env: { JLSERVE_CACHE_DIR: 'app.py' } },
      1,
      ['JLSERVE_CACHE_DIR is not a directory: app.py [JLSERVE_CACHE_DIR]'],
    ],
    [
      '--in-place with a mistake in the app',
      {
        files: { 'app.py': lifecycle('def setup(self): ...') },
        argv: ['app.py', '--in-place'],
        env: { JLSERVE_CACHE_DIR: '.' },
      },
      1,
      [`App Demo must define a download_weights() method (app.py:11) ${LIFECYCLE}`],
    ],
  ])('%s', async (_, run, status, errors) => {
    const said = await jlserve(NO_ENGINE, run);
    expect({ status: said.status, errors: said.errors }).toEqual({ status, errors });
    // Every one of them says what to do.
    expect(said.hints).toHaveLength(errors.length);
  });

  test('a cache folder that cannot be written to is said before anything is installed', async () => {
    const folder = await project({ 'app.py': app('@jlserve.app(requirements=["no-such-package-zz"])') });
    mkdirSync(join(folder, 'sealed'), { mode: 0o500 });
    const command = [...POWERLESS, process.execPath, join(ROOT, 'src/cli/jlserve.ts'), 'build', 'app.py'];
    const [program, ...argv] = command as [string, ...string[]];
    const { status, stderr } = await runProgram(program, [...argv, '--in-place'], {
      cwd: folder,
      env: { JLSERVE_CACHE_DIR: join(folder, 'sealed') },
    });
    expect(stderr).toContain(
      `Error: JLSERVE_CACHE_DIR is not writable: ${folder}/sealed [JLSERVE_CACHE_DIR]`,
    );
    expect(status).toBe(1);
  });
});

describe('in the build', () => {
  test.each<readonly [string, string, readonly string[], readonly unknown[], string | RegExp]>([
    [
      'an exception in the module',
      `${app()}\nVALUE = {}["missing"]\n`,
      [],
      ["KeyError: 'missing' (app.py:17) [JLSERVE_IMPORT_FAILED]"],
      /File "app\.py", line 17/,
    ],
    [
      'an import that no requirement brought',
      `import ovenbird_none\n${app('@jlserve.app(requirements=["jlserve"])')}`,
      [],
      ["ModuleNotFoundError: No module named 'ovenbird_none' (app.py:1) [JLSERVE_IMPORT_FAILED]"],
      // The download and the app are imported beside each other: either may tell it first.
      /→ .*add (?:its package to them|"ovenbird-none" to requirements=\[…\] of @jlserve\.app\(\) \(app\.py:12\))/,
    ],
    [
      'an endpoint and a setup() that decorators made wrong',
      endpoints('@jlserve.endpoint()', '@swap', 'def a(self, input: In) -> Out: ...')
        .replace(
          '@jlserve.app()\n',
          'def swap(f):\n    def a(self, input: int) -> Out: ...\n    return a\n\n$&',
        )
        .replace('    def setup(self): ...', '    setup = (lambda: 5)()'),
      [],
      [
        `Endpoint method a(): input type must be a Pydantic BaseModel subclass, got <class 'int'> (app.py:11) ${ENDPOINT}`,
        `setup must be a method in Demo, got int (app.py:16) ${LIFECYCLE}`,
      ],
      /→ .*pydantic\.BaseModel/,
    ],
    [
      'an __init__() that raises',
      `${app()}    def __init__(self):\n        self.model = open("none.bin")\n`,
      [],
      [
        expect.stringMatching(
          /__init__\(\) failed: .*No such file or directory: 'none\.bin' \(app\.py:17\) \[JLSERVE_INIT_FAILED\]$/,
        ),
      ],
      /self\.model = open\(.none\.bin.\)/,
    ],
    [
      'a download_weights() that raises',
      lifecycle('def setup(self): ...', 'def download_weights(self): raise ValueError("no such model: x")'),
      [],
      ['download_weights() failed: no such model: x (app.py:15) [JLSERVE_WEIGHTS_FAILED]'],
      /File "app\.py", in download_weights\n +raise ValueError\('no such model: x'\)/,
    ],
    [
      'one that ends the process as if it were done',
      lifecycle('def setup(self): ...', 'def download_weights(self): raise SystemExit(0)'),
      [],
      ['download_weights() failed: it called sys.exit(0) (app.py:15) [JLSERVE_WEIGHTS_FAILED]'],
      'raise SystemExit(0)',
    ],
    [
      'a setup() that fails, with --validate',
      lifecycle('def download_weights(self): ...', 'def setup(self): raise ValueError("no weights")'),
      ['--validate'],
      ['setup() failed: no weights (app.py:15) [JLSERVE_SETUP_FAILED]'],
      /File "\/app\/app\.py", line 15, in setup/,
    ],
    [
      'a requirement that does not exist',
      app('@jlserve.app(requirements=["ovenbird-no-such-package-zz"])'),
      [],
      ['no package is called ovenbird-no-such-package-zz (app.py:10) [DEPENDENCY_UNRESOLVABLE]'],
      'check the spelling',
    ],
    [
      'requirements that cannot be had together',
      app('@jlserve.app(requirements=["pydantic<2"])'),
      [],
      [
        'pydantic<2 cannot be resolved together with the other requirements (app.py:10) [DEPENDENCY_UNRESOLVABLE]',
        'jlserve>=0.1.0 cannot be resolved together with the other requirements (app.py:11) [DEPENDENCY_UNRESOLVABLE]',
      ],
      // The resolver's own words.
      /Because .*pydantic<2.*unsatisfiable/,
    ],
    [
      'a base that is not there',
      app(),
      ['--base', 'ovenbird-no-such-base/zz:1'],
      [expect.stringMatching(/ovenbird-no-such-base\/zz:1 .*\[BASE_IMAGE_UNAVAILABLE\]$/)],
      '--base IMAGE',
    ],
  ])(
    '%s',
    async (_, source, argv, errors, more) => {
      const tag = imageTag(ENGINE);
      const run = { files: { 'app.py': source }, argv: ['app.py', '-t', tag, ...argv], env: NETWORK };
      const said = await jlserve(ENGINE, run);
      expect({ status: said.status, errors: said.errors }).toEqual({ status: 1, errors });
      expect(said.text).toMatch(more);
      expect(said.hints).toHaveLength(errors.length);
      await expect(dockerAt(ENGINE).getImage(tag).inspect()).rejects.toMatchObject({ statusCode: 404 });
    },
    100_000,
  );

  test('weights that were written elsewhere are a warning that says where', async () => {
    const folder = await project({
      'app.py': lifecycle(
        'def setup(self): ...',
        'def download_weights(self): open("/tmp/model.bin", "wb").write(b"12345")',
      ),
    });
    const { events } = await build(folder);
    expect(warnings(events)).toEqual([
      expect.objectContaining({
        code: 'JLSERVE_NO_WEIGHTS',
        message:
          'download_weights() left nothing in JLSERVE_CACHE_DIR, so the image has no weights; it wrote /tmp/model.bin (5 bytes)',
      }),
    ]);
  }, 100_000);

  test('a native library that is missing, with the Debian package and the flag: typed, it works', async () => {
    const source = `import pyodbc\n${app('@jlserve.app(requirements=["pyodbc==5.5.0"])')}`.replace(
      '-> Out: ...',
      '-> Out: return Out(text=str(pyodbc.drivers()))',
    );
    const folder = await project({ 'my app.py': source });
    const tag = imageTag(ENGINE);
    const argv = ['my app.py', '-t', tag];
    const said = await jlserve(ENGINE, { folder, argv, env: NETWORK });
    expect(said).toMatchObject({
      status: 1,
      errors: [
        'pyodbc needs libodbc.so.2 (libodbc2), which the base image has not got (my app.py:1) [NATIVE_LIBRARY_MISSING]',
      ],
      hints: ["jlserve build 'my app.py' --apt libodbc2"],
    });
    const helped = await jlserve(ENGINE, { folder, argv: [...argv, '--apt', 'libodbc2'], env: NETWORK });
    expect(helped).toMatchObject({ status: 0, errors: [], hints: [] });
    const running = await runImage(ENGINE, tag);
    expect(await running.ask([{ path: '/run', body: { text: '' } }])).toEqual([
      { status: 200, body: { text: '[]' } },
    ]);
  }, 200_000);
});

/** What could end a word, a line, a string or a list in a Dockerfile, a shell or JSON. */
const HOSTILE = `a"]\\'$(id)\`id\`\${HOME}&&|;#\t {{base}}`;
const WITH_BREAKS = `${HOSTILE}\nRUN touch /hostile\r\n# syntax=x\u2028`;

/** The Dockerfile of a project's plan. */
async function dockerfileOf(folder: string, file: string, options: object = {}): Promise<string> {
  const { plan } = await planProject({
    project: join(folder, file),
    target: 'jlserve',
    environment: {},
    ...options,
  });
  return renderPlan(plan);
}

describe('hostile strings', () => {
  test('of every kind leave the Dockerfile as it is', async () => {
    const harmless = await dockerfileOf(await project({ 'app.py': app() }), 'app.py');
    const file = `-- ${HOSTILE}\n.py`.replaceAll('/', '');
    const folder = await project({
      [file]: app(
        `@jlserve.app(name=${JSON.stringify(WITH_BREAKS)})`,
        BODY.replace(
          'endpoint()',
          `endpoint(path=${JSON.stringify(`/${WITH_BREAKS.replaceAll(/[{}]/g, '')}`)})`,
        ),
      ),
      [`${WITH_BREAKS.replaceAll('/', '')}.txt`]: WITH_BREAKS,
      'requirements.txt': `numpy\n# ${WITH_BREAKS}\n--index-url https://example.invalid/$(id)\n`,
      'pyproject.toml': `[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\ndescription = ${JSON.stringify(HOSTILE)}\n`,
    });
    symlinkSync('/etc/passwd', join(folder, 'out$(id).txt'));
    const secrets = [{ id: 'HF_TOKEN', variable: HOSTILE }];
    expect(await dockerfileOf(folder, file, { secrets, targetOptions: { gpu: true } })).toBe(harmless);
  });

  test.each<readonly [string, object]>([
    ['--base', { base: `python:3.12\nRUN id` }],
    ['--base', { base: HOSTILE }],
    ['--python', { python: `3.12"]\nRUN id` }],
    ['--tag', { targetOptions: { tags: [HOSTILE] } }],
    ['--apt', { targetOptions: { apt: ['libgl1;id'] } }],
  ])('as a value of %s is refused', async (_, options) => {
    const folder = await project({ 'app.py': app() });
    const error = await failure(dockerfileOf(folder, 'app.py', options));
    expect(error.exitCode).toBeLessThanOrEqual(2);
    expect(error.hint).not.toBe(undefined);
  });

  test('work in the image, wherever they may stand', async () => {
    const file = `-${HOSTILE}.py`;
    const name = `Name ${HOSTILE}`;
    const folder = await project({
      [file]: app(
        `@jlserve.app(name=${JSON.stringify(name)})`,
        `    def setup(self): self.text = open(${JSON.stringify(`${HOSTILE}\n.txt`)}, newline="").read()\n` +
          `    def download_weights(self): open(os.path.join(os.environ["JLSERVE_CACHE_DIR"], ${JSON.stringify(`${HOSTILE}\n`)}), "w").write("x")\n` +
          `    @jlserve.endpoint(path="/say \\"$(id)'")\n` +
          `    def run(self, input: In) -> Out: return Out(text=self.text + ",".join(sorted(os.listdir(os.environ["JLSERVE_CACHE_DIR"]))))\n`,
      ).replace('import jlserve', 'import jlserve, os'),
      [`${HOSTILE}\n.txt`]: WITH_BREAKS,
    });
    symlinkSync('/etc/passwd', join(folder, 'out\n$(id).txt'));
    mkdirSync(join(folder, '-rf'));
    writeFileSync(join(folder, '-rf', '-'), '');
    const tag = imageTag(ENGINE);
    const argv = [`./${file}`, '-t', tag, '--validate'];
    const built = await jlserve(ENGINE, { folder, argv, env: NETWORK });
    expect(built).toMatchObject({ status: 0, errors: [] });
    const running = await runImage(ENGINE, tag);
    expect(await running.ask([{ path: `/say%20%22$(id)'`, body: { text: '' } }])).toEqual([
      { status: 200, body: { text: `${WITH_BREAKS}.jlserve-build-complete,${HOSTILE}\n` } },
    ]);
    const listed = await running.exec([
      'python3',
      '-c',
      'import json, os; print(json.dumps(sorted(os.listdir("/app"))))',
    ]);
    expect(JSON.parse(listed.output)).toEqual(['-rf', file, `${HOSTILE}\n.txt`].sort());
    expect((await running.exec(['ls', '/hostile'])).status).not.toBe(0);
    const { Config } = await dockerAt(ENGINE).getImage(tag).inspect();
    expect(Config.Labels['org.opencontainers.image.title']).toBe(name);
  }, 100_000);
});
