import { execa } from 'execa';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary.ts';

/** A certificate for signing programs, made by this machine's openssl. */
export interface TestCertificate {
  /** PKCS#12: the certificate with its key. */
  readonly pfx: Buffer;
  /** The certificate alone, PEM. */
  readonly certificate: string;
  readonly x509: X509Certificate;
  /** The key, PEM. */
  readonly key: string;
}

export interface CertificateWish {
  /** `/CN=Name/O=Company` */
  readonly subject?: string;
  /** Of the file; none when absent. */
  readonly password?: string;
  /** `rsa:2048`, or `ec` for the curve P-256. */
  readonly algorithm?: 'rsa' | 'ec';
  readonly usage?: 'codeSigning' | 'serverAuth';
  /** A day of its validity, `YYMMDDHHMMSSZ`, which ends 30 days later. */
  readonly validUntil?: string;
  /** Issued by an authority whose certificate is not in the file. */
  readonly issued?: boolean;
  /** Of `openssl pkcs12 -export`: `-legacy`, `-nokeys`. */
  readonly exporting?: readonly string[];
}

const AUTHORITY = `[ca]
default_ca = it
[it]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
x509_extensions = leaf
[any]
organizationName = optional
commonName = supplied
[leaf]
basicConstraints = critical, CA:false
keyUsage = digitalSignature
`;

export async function makeCertificate(wish: CertificateWish = {}): Promise<TestCertificate> {
  const { subject = '/CN=Ovenbird Test', password = '', algorithm = 'rsa', usage = 'codeSigning' } = wish;
  const folder = temporaryFolder();
  const openssl = (...given: readonly string[]) => execa('openssl', given, { cwd: folder });
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'serial'), '01\n');
  writeFileSync(join(folder, 'ca.conf'), `${AUTHORITY}extendedKeyUsage = ${usage}\n`);
  writeFileSync(join(folder, 'password'), password);
  const curve =
    algorithm === 'ec' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['-newkey', 'rsa:2048'];
  const fresh = (name: string) => [...curve, '-nodes', '-keyout', `${name}.key`];
  await openssl('req', '-new', '-utf8', '-subj', subject, ...fresh('own'), '-out', 'own.csr');
  const issuer = wish.issued
    ? ['-cert', 'ca.pem', '-keyfile', 'ca.key']
    : ['-selfsign', '-keyfile', 'own.key'];
  if (wish.issued)
    await openssl('req', '-x509', '-subj', '/CN=An Authority', ...fresh('ca'), '-out', 'ca.pem');
  const times = wish.validUntil
    ? ['-startdate', '200101000000Z', '-enddate', wish.validUntil]
    : ['-days', '30'];
  const made = ['-in', 'own.csr', '-out', 'own.pem', '-notext', '-utf8'];
  await openssl('ca', '-batch', '-config', 'ca.conf', ...issuer, ...times, ...made);
  const parts = wish.exporting?.includes('-nokeys') ? [] : ['-inkey', 'own.key'];
  const exporting = ['-in', 'own.pem', ...parts, ...(wish.exporting ?? []), '-out', 'own.pfx'];
  await openssl('pkcs12', '-export', ...exporting, '-passout', password === '' ? 'pass:' : 'file:password');
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const certificate = text('own.pem');
  return {
    pfx: readFileSync(join(folder, 'own.pfx')),
    certificate,
    x509: new X509Certificate(certificate),
    key: text('own.key'),
  };
}

/** How the key looks wherever it may have been left: the number that is secret, and its base64. */
export function formsOfKey({ key }: TestCertificate): Buffer[] {
  const { d = '', p = '' } = createPrivateKey(key).export({ format: 'jwk' });
  const numbers = [d, p].map((each) => Buffer.from(each, 'base64url'));
  const lines = key.split('\n').filter((line) => line.length === 64);
  return [
    ...numbers.map((each) => each.subarray(8, 40)),
    ...lines.slice(4, 7).map((each) => Buffer.from(each)),
  ];
}
