import type { Problem } from '../../errors.ts';
import { canonicalJson } from '../../plan/canonical.ts';
import type { BuildPlan } from '../../plan/schema.ts';
import type { ContentWarning } from '../target.ts';
import type { FreezeReport } from './report.ts';

/** The parts of a plan that depend on whether programs for Windows are signed. */
export type SigningPart = Pick<BuildPlan, 'stages' | 'files' | 'titles'>;

/** The last one reads what Windows exported until a few years ago. */
const PACKAGES = ['openssl', 'openssl-provider-legacy', 'osslsigncode'];

/** `--sign`, and what belongs to it. */
export interface SignOptions {
  /** Which file it is does not matter, and is in no plan. */
  readonly sign?: string | undefined;
  readonly signPasswordFile?: string | undefined;
  readonly signTimestamp?: string | undefined;
}

export function planSigning({ sign, signTimestamp }: SignOptions): SigningPart {
  if (sign === undefined) {
    return { stages: { windowsmade: 'assemble-windows' }, files: {}, titles: {} };
  }
  return {
    stages: { windowsmade: 'sign' },
    files: {
      'windows/signer/request.json': canonicalJson({ packages: PACKAGES }),
      'windows/sign/request.json': canonicalJson({ timestamp: signTimestamp ?? null }),
    },
    titles: { signer: 'install osslsigncode from Debian', sign: 'sign the executables' },
  };
}

/** What is wrong with the options before any file is looked at. */
export function signProblems(
  options: SignOptions & { readonly os: 'linux' | 'windows' | 'both' },
): Problem[] {
  const { os, sign, signPasswordFile, signTimestamp } = options;
  if (sign === undefined) {
    const idle = [
      ...(signPasswordFile === undefined ? [] : ['--sign-password-file']),
      ...(signTimestamp === undefined ? [] : ['--sign-timestamp']),
    ];
    return idle.map((option) => ({
      code: 'USAGE',
      message: `${option}: nothing is signed, as no certificate is given`,
      hint: 'give the certificate, too: --sign cert.pfx',
    }));
  }
  if (os !== 'linux') return [];
  const message = '--sign: only programs for Windows are signed, and this build makes none';
  return [{ code: 'USAGE', message, hint: '--os windows, or --os both; or leave --sign out' }];
}

/** Whose signature programs have, as the step `sign` reports it. */
export type Signed = NonNullable<FreezeReport['signed']>;

/** What there is to say of programs for Windows. @param now when they are built */
export function toldOfSigning(
  signed: Signed | undefined,
  now = new Date(),
): { readonly note: string; readonly warnings: readonly ContentWarning[] } {
  if (!signed) {
    const advice = 'Windows warns of them when they were downloaded; sign them: --sign cert.pfx';
    return { note: `the programs for Windows are not signed: ${advice}`, warnings: [] };
  }
  const { subject } = signed;
  const [begins, expires] = [dayOf(signed.begins), dayOf(signed.expires)];
  const stamp = signed.timestamp === null ? '' : `; its time is proved by ${signed.timestamp}`;
  const note = `signed by ${subject}, whose certificate is valid until ${expires}${stamp}`;
  const isLate = now > new Date(signed.expires);
  if (!isLate && now >= new Date(signed.begins)) return { note, warnings: [] };
  const message = `--sign: the certificate of ${subject} ${isLate ? `expired on ${expires}` : `is not valid before ${begins}`}: Windows rejects its signature`;
  const hint = 'sign with one that is valid: --sign cert.pfx';
  return { note, warnings: [{ code: 'PYINSTALLER_SIGN_EXPIRED', message, hint }] };
}

/** `2027-01-31` */
function dayOf(time: string): string {
  return time.slice(0, 10);
}
