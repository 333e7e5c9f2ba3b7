import { createServer, request, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../temporary.ts';
import { windowsPython } from '../windows-python.ts';
import { ENGINE, ovenbird, project } from './pyinstaller-fixtures.ts';

/** Where no engine answers: whoever gets so far fails in another way. */
const NO_ENGINE = 'unix:///nonexistent/docker.sock';

const TOOL = { 'tool.py': 'print("fine")\n' };

interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

async function told(argv: readonly string[], engine = NO_ENGINE) {
  const { status, stdout } = await ovenbird(await project(TOOL), [...argv, '--json', 'tool.py'], {
    DOCKER_HOST: engine,
  });
  const { error } = JSON.parse(stdout) as { error: { problems: readonly Told[] } };
  return { status, lines: error.problems.map(({ code, message, hint }) => `${message} [${code}] → ${hint}`) };
}

test.each<readonly [string, readonly string[], number, readonly (string | RegExp)[]]>([
  [
    'no Windows Python',
    ['--os', 'windows', '--python', '3.12'],
    1,
    [
      /^an executable for Windows needs a Windows Python 3\.12, and none is given \[PYINSTALLER_WINDOWS_PYTHON\] → get the NuGet package `python` in a version 3\.12\.x .* --windows-python PATH$/,
    ],
  ],
  [
    'what only Linux has',
    ['--os', 'windows', '--glibc', '2.31', '--apt', 'libgl1'],
    2,
    [
      '--glibc 2.31: Windows has none [USAGE] → leave it out, or build for Linux as well: --os both',
      "--apt libgl1: Debian's packages are of no use on Windows [USAGE] → leave it out, or build for Linux as well: --os both",
    ],
  ],
  [
    'another processor',
    ['--os', 'both', '--platform', 'linux/arm64'],
    2,
    [
      '--platform linux/arm64: executables for Windows are made on amd64, the only processor that wine builds them on [USAGE] → --platform linux/amd64, or leave it out',
    ],
  ],
  [
    'a system that there is not',
    ['--os', 'mac'],
    2,
    ['--os "mac" is no system that executables are built for [USAGE] → for example: --os windows'],
  ],
])('%s', async (_, argv, status, lines) => {
  const said = await told(argv);
  expect(said.lines).toEqual(
    lines.map((line) => (typeof line === 'string' ? line : (expect.stringMatching(line) as unknown))),
  );
  expect(said.status).toBe(status);
});

/** The real engine behind another address, but for what it says its processor is. */
async function armEngine(): Promise<string> {
  const socketPath = ENGINE.replace('unix://', '');
  const server: Server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const passed = request({ socketPath, method, path: url, headers }, (got) => {
      if (url?.endsWith('/version') !== true) {
        answer.writeHead(got.statusCode ?? 500, got.headers);
        got.pipe(answer);
        return;
      }
      const parts: Buffer[] = [];
      got.on('data', (part: Buffer) => parts.push(part));
      got.on('end', () => {
        const facts = JSON.parse(Buffer.concat(parts).toString()) as object;
        answer.writeHead(200, { 'content-type': 'application/json' });
        answer.end(JSON.stringify({ ...facts, Arch: 'arm64' }));
      });
    });
    asked.pipe(passed);
  });
  const path = join(temporaryFolder(), 'docker.sock');
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `unix://${path}`;
}

test('an engine that would have to emulate the processor is refused, with the reason', async () => {
  const python = ['--python', '3.12', '--windows-python', await windowsPython('3.12')];
  const said = await told(['--os', 'windows', ...python], await armEngine());
  expect(said).toEqual({
    status: 1,
    lines: [
      expect.stringMatching(
        /^Docker Engine [\d.]+\S* runs on linux\/arm64, and this build's steps \(wine\) fail where linux\/amd64 is emulated \[PLATFORM_EMULATED\] → name an engine on such a machine \(--engine tcp:\/\/HOST:2375\), or build in a CI job of linux\/amd64$/,
      ) as unknown,
    ],
  });
}, 60_000);
