import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { OvenbirdError } from '../../src/errors.ts';
import { readCaBundle } from '../../src/project/ca.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

const certificate = (name: string) =>
  `# ${name}\n-----BEGIN CERTIFICATE-----\n${Buffer.from(name).toString('base64')}\n-----END CERTIFICATE-----\n`;
const KEY = '-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

async function failure(asking: Promise<unknown>): Promise<OvenbirdError> {
  const thrown = await asking.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof OvenbirdError) return thrown;
  throw new Error(`expected an OvenbirdError, got ${String(thrown)}`);
}

const textOf = (bundle: { pem: Uint8Array } | undefined) => Buffer.from(bundle?.pem ?? []).toString('utf8');

test('nothing named, nothing read', async () => {
  expect(await readCaBundle({ environment: {} })).toBeUndefined();
});

test('the flag goes before the variables, and adds to the usual authorities', async () => {
  const folder = await folderWith({ 'a.pem': certificate('company'), 'b.pem': certificate('other') });
  const bundle = await readCaBundle({
    flag: join(folder, 'a.pem'),
    environment: { SSL_CERT_FILE: join(folder, 'b.pem') },
  });
  expect(bundle).toMatchObject({ from: '--ca', certificates: 1 });
  expect(textOf(bundle)).toContain('# company');
  expect(textOf(bundle)).not.toContain('# other');
  expect(textOf(bundle).match(/BEGIN CERTIFICATE/g)).toHaveLength(1 + rootCertificates.length);
});

test.each(['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'PIP_CERT', 'CURL_CA_BUNDLE'])(
  '%s',
  async (name) => {
    const folder = await folderWith({ 'a.pem': certificate('company') });
    const bundle = await readCaBundle({ environment: { [name]: join(folder, 'a.pem') } });
    expect(bundle?.from).toBe(name);
    const whole = textOf(bundle).match(/BEGIN CERTIFICATE/g)?.length ?? 0;
    expect(whole > 1).toBe(name === 'NODE_EXTRA_CA_CERTS');
  },
);

test('a variable that names nothing readable is passed over', async () => {
  const folder = await folderWith({ 'a.pem': certificate('company'), 'empty.pem': '' });
  const environment = {
    SSL_CERT_FILE: '/nonexistent',
    REQUESTS_CA_BUNDLE: folder,
    PIP_CERT: join(folder, 'empty.pem'),
    CURL_CA_BUNDLE: join(folder, 'a.pem'),
  };
  expect((await readCaBundle({ environment }))?.from).toBe('CURL_CA_BUNDLE');
});

test('a private key in the same file does not travel', async () => {
  const folder = await folderWith({
    'a.pem': certificate('one') + KEY + certificate('two'),
    'b.pem': `${certificate('one')}-----BEGIN PRIVATE KEY-----\nc2VjcmV0`,
  });
  for (const name of ['a.pem', 'b.pem']) {
    const bundle = await readCaBundle({ environment: { SSL_CERT_FILE: join(folder, name) } });
    expect(textOf(bundle)).not.toMatch(/PRIVATE|c2VjcmV0/);
    expect(bundle?.certificates).toBe(name === 'a.pem' ? 2 : 1);
  }
});

test.each([
  ['missing', '/nonexistent/ca.pem', /cannot read .*ENOENT/],
  ['a folder', '/', /cannot read .*EISDIR/],
  ['no certificate', '/etc/hostname', /holds no PEM certificate/],
])('--ca %s', async (_name, flag, message) => {
  const error = await failure(readCaBundle({ flag, environment: {} }));
  expect(error).toMatchObject({ code: 'CA_BUNDLE_UNREADABLE', exitCode: 1 });
  expect(error.message).toMatch(message);
  expect(error.hint).toContain('--ca');
});
