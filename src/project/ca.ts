import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { problem } from '../errors.ts';

/** Certificate authorities that every step of a build which uses the network must know. */
export interface CaBundle {
  /** One or more PEM certificates; never a private key. */
  readonly pem: Uint8Array;
  /** Where it was named: `--ca`, or a variable's name. */
  readonly from: string;
  readonly path: string;
  readonly certificates: number;
}

export interface CaQuestion {
  /** Value of `--ca`. */
  readonly flag?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The variables that programs on this machine read, in the order we ask them. All but
 * NODE_EXTRA_CA_CERTS name a whole bundle.
 */
const VARIABLES = [
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  'PIP_CERT',
  'CURL_CA_BUNDLE',
] as const;

/** These add to the usual authorities instead of replacing them. */
const ADDITIONS: readonly string[] = ['--ca', 'NODE_EXTRA_CA_CERTS'];

const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g;
/** People keep key and certificate in one file: a key must not travel into a build. */
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g;

/**
 * Reads the host's CA bundle: the file of `--ca`, else the first variable that names a
 * readable one. A variable that points nowhere is passed over, as other programs do.
 * @throws OvenbirdError `CA_BUNDLE_UNREADABLE` for `--ca` only
 */
export async function readCaBundle(question: CaQuestion): Promise<CaBundle | undefined> {
  if (question.flag !== undefined) return readNamed(question.flag);
  for (const from of VARIABLES) {
    const path = question.environment[from];
    if (!path) continue;
    const text = await readFile(path, 'utf8').catch(() => undefined);
    const bundle = text === undefined ? undefined : toBundle({ text, from, path });
    if (bundle) return bundle;
  }
  return undefined;
}

async function readNamed(path: string): Promise<CaBundle> {
  const hint = 'give a file of PEM certificates: --ca company-ca.pem';
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw problem('CA_BUNDLE_UNREADABLE', `cannot read the CA bundle ${path}${why}`, { hint, cause });
  });
  const bundle = toBundle({ text, from: '--ca', path });
  if (bundle) return bundle;
  throw problem('CA_BUNDLE_UNREADABLE', `${path} holds no PEM certificate`, { hint });
}

function toBundle(source: { text: string; from: string; path: string }): CaBundle | undefined {
  const { text, from, path } = source;
  const own = text.replace(PRIVATE_KEY, '');
  const certificates = own.match(CERTIFICATE)?.length ?? 0;
  if (certificates === 0) return undefined;
  const parts = ADDITIONS.includes(from) ? [own, ...rootCertificates] : [own];
  return { pem: Buffer.from(`${parts.map((part) => part.trim()).join('\n')}\n`), from, path, certificates };
}
