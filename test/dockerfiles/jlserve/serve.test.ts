import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../temporary.ts';
import { HEAD, appStep } from './app-step.ts';
import { jlservePackages } from './app-packages.ts';

const TIMEOUT = 90_000;

/** Models with every kind of mistake a request can make, and endpoints for each answer. */
const APP = `${HEAD}import os, time
from helper import suffix

class Number(BaseModel):
    n: int
    text: str = "x"

@jlserve.app(name="Table")
class Demo:
    def download_weights(self): pass
    def setup(self):
        self.ready = True
    @jlserve.endpoint()
    def echo(self, input: Number) -> Out:
        assert self.ready
        return Out(text=input.text * input.n + suffix())
    @jlserve.endpoint(path="/deep/er")
    def boom(self, input: In) -> Out:
        raise ValueError("boom: " + input.text)
    @jlserve.endpoint()
    def wrong(self, input: In) -> Out:
        return {"no": "text"}
    @jlserve.endpoint()
    def busy(self, input: Number) -> Out:
        print("busy", flush=True)
        end = time.monotonic() + input.n
        while time.monotonic() < end and not os.path.exists(input.text):
            pass
        return Out(text="done")
`;

const FILES = { 'app.py': APP, 'helper.py': 'def suffix(): return "!"\n' };

interface Program {
  readonly process: ChildProcess;
  /** All that it has printed. */
  text(): string;
  /** Resolves when it has printed this. */
  printed(words: string): Promise<void>;
  /** Its exit status, or the signal that ended it. */
  ended(): Promise<number | string>;
}

/** Starts Python; the program is ended with the test at the latest. */
function start(
  arguments_: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd = '/',
): Program {
  const { PATH = '' } = process.env;
  const env = { PATH, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', ...environment };
  const child = spawn('python3', arguments_, { env, cwd });
  const ended = once(child, 'close').then(([status, signal]) => (status ?? signal) as number | string);
  let text = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  const printed = async (words: string): Promise<void> => {
    const seen = new Promise<void>((resolve) => {
      const look = (): void => {
        if (text.includes(words)) resolve();
      };
      listeners.add(look);
      look();
    });
    const gone = ended.then((status) => {
      if (!text.includes(words)) throw new Error(`ended with ${status} without ${words}:\n${text}`);
    });
    await Promise.race([seen, gone]);
  };
  return { process: child, text: () => text, printed, ended: () => ended };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

interface Image {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  program(name: string): string;
}

/** The layout that the step makes, with the packages in their place: `/` of an image. */
async function image(files: Readonly<Record<string, string>> = FILES): Promise<Image> {
  const step = await appStep(files);
  const { status, stderr } = await step.run();
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const root = join(step.root, 'ob/app/root');
  symlinkSync(await jlservePackages(), join(root, 'opt/deps'));
  return {
    root,
    environment: { PYTHONPATH: join(root, 'opt/deps') },
    program: (name) => join(root, 'opt/ovenbird', name),
  };
}

/** 0 or 1, as the engine would see it. */
function health(of: Image, port: number): Promise<number> {
  return new Promise((resolve) => {
    const child = execFile(
      'python3',
      ['-I', '-S', of.program('healthy.py')],
      { env: { ...process.env, PORT: String(port) } },
      () => resolve(child.exitCode ?? -1),
    );
  });
}

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request on a connection of its own; what differs from run to run is left out. */
function ask(port: number, path: string, asked: Asked = {}): Promise<object> {
  const { method = 'GET', body = '', headers = {} } = asked;
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers, agent: false };
    const sent = request(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { date: _date, location, ...others } = answer.headers;
        const text = Buffer.concat(chunks).toString('utf8');
        const to = location?.replaceAll(String(port), 'PORT');
        resolve({ status: answer.statusCode, headers: { ...others, location: to }, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = (body: string): Asked => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json' },
});

const REQUESTS: readonly (readonly [string, Asked?])[] = [
  ['/echo', json('{"n": 2, "text": "a", "more": [1]}')],
  ['/echo', json('{"n": "2"}')],
  ['/echo', json('{"n": "two"}')],
  ['/echo', json('{"text": 3}')],
  ['/echo', json('[]')],
  ['/echo', json('null')],
  ['/echo', json('')],
  ['/echo', json('{"n": ')],
  ['/echo', { method: 'POST', body: '{"n": 1}', headers: { 'content-type': 'text/plain' } }],
  ['/echo', { method: 'POST' }],
  ['/deep/er', json('{"text": "ä\\n"}')],
  ['/wrong', json('{"text": "x"}')],
  ['/echo'],
  ['/echo', { method: 'PUT', body: '{}' }],
  ['/echo', { method: 'HEAD' }],
  ['/echo', { method: 'OPTIONS' }],
  ['/echo/', json('{"n": 1}')],
  ['/nowhere'],
  ['/boom', json('{}')],
  ['/health'],
  ['/'],
  ['/docs'],
  ['/redoc'],
  ['/openapi.json'],
];

describe('the server', () => {
  test(
    'answers like `jlserve dev`, word for word',
    async () => {
      const made = await image();
      const [ours, theirs] = [await freePort(), await freePort()];
      const server = start([made.program('serve.py'), '--port', String(ours)], made.environment);
      // Only where it runs in the folder does it find the app's siblings.
      const dev = start(
        ['-m', 'jlserve.cli', 'dev', 'app.py', '--port', String(theirs)],
        made.environment,
        join(made.root, 'app'),
      );
      await Promise.all([server.printed('Uvicorn running'), dev.printed('Uvicorn running')]);
      const answers = [];
      for (const [path, options] of REQUESTS) {
        const [mine, other] = [await ask(ours, path, options), await ask(theirs, path, options)];
        expect({ path, options, ...mine }).toEqual({ path, options, ...other });
        answers.push(mine);
      }
      expect(answers.map((answer) => (answer as { status: number }).status)).toEqual([
        200, 200, 422, 422, 422, 422, 422, 422, 422, 422, 500, 500, 405, 405, 405, 405, 307, 404, 404, 404,
        404, 200, 200, 200,
      ]);
      expect(answers[0]).toMatchObject({ text: '{"text":"aa!"}' });
      expect(answers[10]).toMatchObject({ text: '{"detail":"boom: ä\\n"}' });
      const banner = (program: Program): string[] =>
        program
          .text()
          .replaceAll(/\d{4,}/g, 'N')
          .split('\n')
          .slice(0, 9);
      expect(banner(server)).toEqual(banner(dev));
    },
    TIMEOUT,
  );

  test(
    'is unhealthy before the end of setup() and healthy during a long inference',
    async () => {
      const wait =
        'import os, time\nprint("setup begins", flush=True)\nwhile not os.path.exists(GATE): time.sleep(0.01)\n';
      const gate = join(temporaryFolder(), 'gate');
      const waiting = APP.replace(
        '        self.ready = True',
        `        GATE = ${JSON.stringify(gate)}\n${wait.replaceAll(/^/gm, '        ')}\n        self.ready = True`,
      );
      const made = await image({ ...FILES, 'app.py': waiting });
      const port = await freePort();
      const server = start([made.program('serve.py')], { ...made.environment, PORT: String(port) });
      await server.printed('setup begins');
      expect(await health(made, port)).toBe(1);
      await expect(ask(port, '/docs')).rejects.toThrow();
      symlinkSync('/', gate);
      await server.printed('Uvicorn running');
      expect(await health(made, port)).toBe(0);
      const stop = `${gate}-stop`;
      const inference = ask(port, '/busy', json(JSON.stringify({ n: 60, text: stop })));
      await server.printed('busy');
      for (let probe = 0; probe < 8; probe += 1) expect(await health(made, port)).toBe(0);
      symlinkSync('/', stop);
      expect(await inference).toMatchObject({ status: 200, text: '{"text":"done"}' });
      server.process.kill('SIGTERM');
      expect(await server.ended()).toBe(0);
      expect(server.text()).toContain('Application shutdown complete');
      expect(await health(made, port)).toBe(1);
    },
    TIMEOUT,
  );

  test(
    'ends with 3 when setup() fails or the port is taken, with 143 when it is stopped before',
    async () => {
      const failing = APP.replace(
        '        self.ready = True',
        '        import time\n        raise OSError("no weights")',
      );
      const made = await image({ ...FILES, 'app.py': failing });
      const port = String(await freePort());
      const failed = start([made.program('serve.py'), '--port', port], made.environment);
      expect(await failed.ended()).toBe(3);
      expect(failed.text()).toContain('setup() failed: no weights');

      const good = await image();
      const first = start([good.program('serve.py'), '--port', port], good.environment);
      await first.printed('Uvicorn running');
      const second = start([good.program('serve.py'), '--port', port], good.environment);
      expect(await second.ended()).toBe(3);

      const slow = APP.replace(
        '        self.ready = True',
        '        import time\n        print("sleeps", flush=True)\n        time.sleep(600)',
      );
      const sleepy = await image({ ...FILES, 'app.py': slow });
      const stopped = start(
        [sleepy.program('serve.py'), '--port', String(await freePort())],
        sleepy.environment,
      );
      await stopped.printed('sleeps');
      stopped.process.kill('SIGTERM');
      expect(await stopped.ended()).toBe(143);
    },
    TIMEOUT,
  );

  test(
    'refuses what is no port',
    async () => {
      const made = await image();
      for (const port of ['eighty', '0', '65536', '-1']) {
        const server = start([made.program('serve.py')], { ...made.environment, PORT: port });
        expect(await server.ended()).toBe(2);
        expect(server.text()).toBe(`Error: not a port number: ${port}\n`);
      }
    },
    TIMEOUT,
  );
});

describe('serve.py --setup', () => {
  test.each([
    ['works', 'self.ready = True', 0, 'setup() succeeded\n'],
    [
      'leaves threads',
      'import threading; threading.Thread(target=time.sleep, args=(600,)).start()',
      0,
      'setup() succeeded\n',
    ],
    [
      'raises',
      'open("/nowhere")',
      1,
      "Error: setup() failed: [Errno 2] No such file or directory: '/nowhere'\n",
    ],
    ['exits', 'raise SystemExit(0)', 1, 'Error: setup() failed: sys.exit(0)\n'],
    ['ends the process', 'os._exit(0)', 1, 'Error: setup() failed: it ended the process with status 0\n'],
    ['crashes', 'os.kill(os.getpid(), 9)', 1, 'Error: setup() failed: it ended the process with signal 9\n'],
    [
      'closes everything',
      'os.closerange(3, 4096)',
      1,
      'Error: setup() failed: it ended the process with status 1\n',
    ],
    [
      'prints as we do',
      'print("setup() succeeded"); os._exit(0)',
      1,
      'Error: setup() failed: it ended the process with status 0\n',
    ],
  ])(
    'setup() that %s',
    async (_what, code, status, words) => {
      const made = await image({ ...FILES, 'app.py': APP.replace('self.ready = True', code) });
      const program = start([made.program('serve.py'), '--setup'], made.environment);
      expect(await program.ended()).toBe(status);
      expect(program.text()).toContain(words);
      if (code.startsWith('open')) expect(program.text()).toContain(`/app/app.py", line 20, in setup\n`);
    },
    TIMEOUT,
  );
});
