import { execa } from 'execa';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary.ts';

const SETTINGS = `[tsa]
default_tsa = it
[it]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
`;

export interface TimestampServer {
  /** As containers reach it. */
  readonly address: string;
  /** How often it was asked. */
  readonly asked: () => number;
}

/** A server of time stamps (RFC 3161), of this machine's openssl. @param busy asked so often, it is */
export async function startTimestampServer(busy = 0): Promise<TimestampServer> {
  const folder = temporaryFolder();
  const openssl = (...given: readonly string[]) => execa('openssl', given, { cwd: folder });
  writeFileSync(join(folder, 'ts.conf'), SETTINGS);
  writeFileSync(join(folder, 'serial'), '01\n');
  const usages = [
    'basicConstraints=critical,CA:false',
    'keyUsage=digitalSignature',
    'extendedKeyUsage=critical,timeStamping',
  ];
  const made = [
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'key.pem',
    '-out',
    'cert.pem',
    '-subj',
    '/CN=Test Time',
  ];
  await openssl('req', '-x509', ...made, ...usages.flatMap((usage) => ['-addext', usage]));
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    const answer = async (): Promise<void> => {
      const query = await buffer(request);
      if (asked <= busy) {
        response.writeHead(503).end();
        return;
      }
      writeFileSync(join(folder, 'query'), query);
      const signer = ['-signer', 'cert.pem', '-inkey', 'key.pem'];
      await openssl('ts', '-reply', '-config', 'ts.conf', '-queryfile', 'query', ...signer, '-out', 'reply');
      response.setHeader('content-type', 'application/timestamp-reply');
      response.end(readFileSync(join(folder, 'reply')));
    };
    answer().catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { address: `http://${ownAddress()}:${port}`, asked: () => asked };
}

/** Of this machine, as others see it. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const own = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (!own) throw new Error('this machine has no network');
  return own.address;
}
