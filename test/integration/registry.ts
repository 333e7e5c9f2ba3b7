import { execa } from 'execa';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { temporaryFolder } from '../temporary.ts';

/** The test bed's registry program; empty where it could not be had. */
export const REGISTRY = process.env['OVENBIRD_TEST_REGISTRY'] ?? '';

/** Who may log in. */
export const USER = { username: 'somebody', password: 's3cret-pass' };
/** bcrypt of the password, cost 4: no htpasswd program is needed. */
const HTPASSWD = 'somebody:$2b$04$bQohz.I1uJjHRA.v4CqDd.LbNI/36cW8L1GnkLZwndzA8j80YxzEu\n';

export interface Registry {
  /** Host and port, as in an image's name. */
  readonly host: string;
  /** A folder for DOCKER_CONFIG, as `docker login` leaves it. */
  readonly loggedIn: string;
}

/** Starts a registry that wants a login; it ends with the test. */
export async function startRegistry(): Promise<Registry> {
  const folder = temporaryFolder();
  const port = await freePort();
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD);
  writeFileSync(
    join(folder, 'config.yml'),
    JSON.stringify({
      version: 0.1,
      storage: { filesystem: { rootdirectory: join(folder, 'data') } },
      http: { addr: `127.0.0.1:${port}` },
      auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } },
    }),
  );
  const registry = execa(REGISTRY, ['serve', join(folder, 'config.yml')], { reject: false, all: true });
  onTestFinished(async () => {
    registry.kill();
    await registry;
  });
  const host = `127.0.0.1:${port}`;
  const status = (): Promise<number> =>
    fetch(`http://${host}/v2/`).then(
      (answer) => answer.status,
      () => 0,
    );
  await expect.poll(status, { timeout: 10_000 }).toBe(401);
  const loggedIn = temporaryFolder();
  const auth = Buffer.from(`${USER.username}:${USER.password}`).toString('base64');
  writeFileSync(join(loggedIn, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  return { host, loggedIn };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
