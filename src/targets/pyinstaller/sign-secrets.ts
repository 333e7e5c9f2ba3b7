import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { throwAll, type Problem } from '../../errors.ts';
import { errorCode } from '../../project/unreadable.ts';
import type { SecretsRequest } from '../target.ts';

const VARIABLE = 'OVENBIRD_SIGN_PASSWORD';

/** Certificates have some kilobytes. */
const LARGEST = 1_000_000;

/** What openssl reads of a password. */
const LONGEST = 1000;

const CERTIFICATE_HINT = 'name the file that holds the certificate and its key: --sign cert.pfx';
const PASSWORD_HINT = `a file with the password alone, --sign-password-file FILE; or the variable ${VARIABLE}`;

/** The files that `--sign` and `--sign-password-file` name. */
export function signFiles({ options }: SecretsRequest): readonly string[] {
  const { sign, signPasswordFile } = options;
  return [sign, signPasswordFile].flatMap((path) => (isPath(path) ? [resolve(path)] : []));
}

/**
 * What the step `sign` is given: the file of `--sign` and its password, from the file of
 * `--sign-password-file` or else a variable. A password is never an option itself: what is typed
 * can be read by every user of the machine.
 * @throws OvenbirdError `PYINSTALLER_SIGN_INVALID` with everything that is wrong with them
 */
export async function signSecrets({
  options,
  environment,
}: SecretsRequest): Promise<ReadonlyMap<string, Uint8Array>> {
  const { sign, signPasswordFile } = options;
  if (!isPath(sign)) return new Map();
  const [certificate, password] = await Promise.all([
    readSmall(sign, {
      option: '--sign',
      most: LARGEST,
      says: '1 MB: it is no certificate',
      hint: CERTIFICATE_HINT,
    }),
    isPath(signPasswordFile) ? readPassword(signPasswordFile) : passwordIn(environment),
  ]);
  throwAll([certificate, password].flatMap((each) => (each && 'code' in each ? [each] : [])));
  const secrets = new Map<string, Uint8Array>();
  if (certificate instanceof Buffer) secrets.set('sign', certificate);
  if (password instanceof Buffer) secrets.set('sign-password', password);
  return secrets;
}

/** A value that is none is told by the check of the options. */
function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

async function readPassword(path: string): Promise<Buffer | Problem> {
  const option = '--sign-password-file';
  const says = `${LONGEST} bytes: it is no password`;
  const read = await readSmall(path, { option, most: LONGEST, says, hint: PASSWORD_HINT });
  return read instanceof Buffer
    ? oneLine(read.toString('utf8').replace(/^\uFEFF/, ''), `${option}: ${path}`)
    : read;
}

function passwordIn(environment: SecretsRequest['environment']): Buffer | Problem | undefined {
  const value = environment[VARIABLE] ?? '';
  return value === '' ? undefined : oneLine(value, `--sign: ${VARIABLE}`);
}

/** The line break at the end is the editor's. */
function oneLine(text: string, where: string): Buffer | Problem {
  const line = text.replace(/\r?\n$/, '');
  if (line === '') return invalid(`${where} is empty`, PASSWORD_HINT);
  return /[\r\n\0]/.test(line)
    ? invalid(`${where} holds more than one line`, PASSWORD_HINT)
    : Buffer.from(line);
}

interface Reading {
  readonly option: string;
  /** Bytes. */
  readonly most: number;
  readonly says: string;
  readonly hint: string;
}

/** A file; a pipe too, as of `<(…)`. */
async function readSmall(path: string, { option, most, says, hint }: Reading): Promise<Buffer | Problem> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: most })) chunks.push(chunk as Buffer);
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return invalid(`${option}: cannot read ${path} (${code})`, hint);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length === 0) return invalid(`${option}: ${path} is empty`, hint);
  return bytes.length > most ? invalid(`${option}: ${path} is larger than ${says}`, hint) : bytes;
}

function invalid(message: string, hint: string): Problem {
  return { code: 'PYINSTALLER_SIGN_INVALID', message, hint };
}
