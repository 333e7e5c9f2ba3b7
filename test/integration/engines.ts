import { existsSync } from 'node:fs';

/** An engine that the tests run on. */
export interface TestEngine {
  /** `20.10` */
  readonly name: string;
  /** `unix:///…` */
  readonly address: string;
}

const DEFAULT_SOCKET = '/var/run/docker.sock';

/** The engines that `make test` brought up (`NAME=ADDRESS …`), else the machine's own. */
export function testEngines(): readonly TestEngine[] {
  const named = (process.env['OVENBIRD_TEST_ENGINES'] ?? '').split(/\s+/).filter(Boolean);
  if (named.length > 0) {
    return named.map((each) => {
      const [name = '', ...address] = each.split('=');
      return { name, address: address.join('=') };
    });
  }
  const address = process.env['DOCKER_HOST'] ?? `unix://${DEFAULT_SOCKET}`;
  if (address === `unix://${DEFAULT_SOCKET}` && !existsSync(DEFAULT_SOCKET)) {
    throw new Error('no Docker engine to test with: run the tests with `make test`, which brings one up');
  }
  return [{ name: 'local', address }];
}
