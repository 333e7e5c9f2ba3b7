import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { bareEnvironment, ROOT } from '../cli/run-cli.ts';
import type { Answer, Request } from '../jlserve.ts';

/** PyPI's, as it is there; and uv, which it wants on PATH. */
const PACKAGES = ['jlserve==0.1.0', 'uv', 'numpy'];

const NAME = 'jlserve-venv-1';

/**
 * The folder of a virtual environment with jlserve, made once a machine. It gets its name when
 * it is whole, by a link, as its programs name the folder that they were installed into.
 */
export async function jlserveEnvironment(): Promise<string> {
  const { OVENBIRD_BED: bed, XDG_CACHE_HOME: cache } = process.env;
  const machine = bed ?? join(cache ?? join(homedir(), '.cache'), 'ovenbird-bed');
  const venv = join(machine, NAME);
  if (isWhole(venv)) return venv;
  mkdirSync(machine, { recursive: true });
  const made = mkdtempSync(`${venv}.`);
  await execa('python3', ['-m', 'venv', made]);
  await execa(join(made, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
  symlinkSync(basename(made), `${made}.link`);
  renameSync(`${made}.link`, venv);
  return venv;
}

function isWhole(venv: string): boolean {
  try {
    return readFileSync(join(venv, 'bin/jlserve'), 'utf8').length > 0;
  } catch {
    return false;
  }
}

export interface DevServer {
  /** Asks one thing after the other, when the server is there. */
  ask(requests: readonly Request[]): Promise<Answer[]>;
  /** What ovenbird and jlserve have said so far. */
  said(): string;
}

/** `ovenbird jlserve dev app.py` with the jlserve of that environment; ended with the test. */
export async function startDev(options: {
  readonly venv: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<DevServer> {
  const { venv, folder, env } = options;
  const port = await freePort();
  const { PATH = '', ...rest } = bareEnvironment(env);
  const cli = join(ROOT, 'src/cli/ovenbird.ts');
  const argv = [cli, 'jlserve', 'dev', 'app.py', '--port', String(port)];
  const child = spawn(process.execPath, argv, {
    cwd: folder,
    env: { ...rest, PATH: `${join(venv, 'bin')}:${PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  onTestFinished(async () => {
    child.kill();
    await closed;
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  }
  const origin = `http://127.0.0.1:${port}`;
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      if (text.includes('Uvicorn running on')) resolve();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('close', (status) => reject(new Error(`it ended with ${status}:\n${text}`)));
  });
  return {
    said: () => text,
    async ask(requests) {
      const answers: Answer[] = [];
      for (const { path, method = 'POST', body } of requests) {
        const answer = await fetch(`${origin}${path}`, {
          method,
          headers: { 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        answers.push({ status: answer.status, body: await answer.json() });
      }
      return answers;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
