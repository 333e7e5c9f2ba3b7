import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prepare } from '../../../src/build-job.ts';
import { OvenbirdError, type Problem } from '../../../src/errors.ts';
import { fingerprintOf } from '../../../src/fingerprint.ts';
import { BuildPlanSchema } from '../../../src/plan/schema.ts';
import { scanProject } from '../../../src/project/scan.ts';
import { pyinstaller } from '../../../src/targets/pyinstaller/index.ts';
import { parsePyinstallerOptions } from '../../../src/targets/pyinstaller/options.ts';
import { signFiles, signSecrets } from '../../../src/targets/pyinstaller/sign-secrets.ts';
import { planSigning, signProblems, toldOfSigning } from '../../../src/targets/pyinstaller/signing.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

async function problemsOf(work: Promise<unknown>): Promise<readonly Problem[]> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof OvenbirdError) return thrown.problems;
  throw new Error('nothing was wrong', { cause: thrown });
}

describe('the plan', () => {
  test('is the same whatever the file is, and has no step for it without', () => {
    expect(planSigning({ sign: '/a/one.pfx' })).toEqual(planSigning({ sign: 'two.p12' }));
    expect(planSigning({})).toEqual({ stages: { windowsmade: 'assemble-windows' }, files: {}, titles: {} });
    const { stages, files, titles } = planSigning({ sign: 'x' });
    const { shape } = BuildPlanSchema;
    expect(stages).toEqual({ windowsmade: 'sign' });
    expect(
      [shape.stages, shape.files, shape.titles].map((each, index) =>
        each.parse([stages, files, titles][index]),
      ),
    ).toEqual([stages, files, titles]);
  });

  test.each([
    [
      { os: 'linux', sign: 'a.pfx' },
      '--sign: only programs for Windows are signed, and this build makes none',
    ],
    [
      { os: 'windows', signPasswordFile: 'p' },
      '--sign-password-file: nothing is signed, as no certificate is given',
    ],
  ] as const)('%j is refused', (options, message) => {
    expect(signProblems(options).map((each) => each.message)).toEqual([message]);
  });

  test.each([
    { os: 'linux' },
    { os: 'both', sign: 'a' },
    { os: 'windows', sign: 'a', signPasswordFile: 'p' },
  ] as const)('%j is fine', (options) => {
    expect(signProblems(options)).toEqual([]);
  });
});

test.each(['ftp://t', 'timestamp.example.com', 'http://me:hunter2@t', 'http://'])(
  'the server %j is refused, and not repeated',
  (signTimestamp) => {
    const problems = parsed({ signTimestamp });
    expect(problems.map(({ message }) => message)).toEqual([
      '--sign-timestamp is no address that begins with http:// or https:// and has no password in it',
    ]);
  },
);

function parsed(options: object): readonly Problem[] {
  try {
    parsePyinstallerOptions(options);
  } catch (error) {
    if (error instanceof OvenbirdError) return error.problems;
    throw error;
  }
  return [];
}

describe('what the step is given', () => {
  const folder = () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'cert.pfx'), Buffer.from([0x30, 0x82, 0xff]));
    return root;
  };

  test('the bytes, and the password of the file before that of the variable', async () => {
    const root = folder();
    const sign = join(root, 'cert.pfx');
    writeFileSync(join(root, 'password'), '\uFEFFpäss wörd \r\n');
    const environment = { OVENBIRD_SIGN_PASSWORD: 'other\n' };
    const signPasswordFile = join(root, 'password');
    const given = async (options: Record<string, unknown>, env = {}) =>
      Object.fromEntries(
        [...(await signSecrets({ options, environment: env }))].map(([id, value]) => [
          id,
          Buffer.from(value).toString('latin1'),
        ]),
      );
    const bytes = '0\u0082\u00ff';
    expect(await given({ sign })).toEqual({ sign: bytes });
    expect(await given({ sign }, { OVENBIRD_SIGN_PASSWORD: '' })).toEqual({ sign: bytes });
    expect(await given({ sign }, environment)).toEqual({ sign: bytes, 'sign-password': 'other' });
    expect(await given({ sign, signPasswordFile }, environment)).toEqual({
      sign: bytes,
      'sign-password': Buffer.from('päss wörd ').toString('latin1'),
    });
    expect(await given({ signPasswordFile }, environment)).toEqual({});
  });

  test('all that is wrong with the files, at once', async () => {
    const root = folder();
    const path = (name: string) => join(root, name);
    writeFileSync(path('large'), Buffer.alloc(1_000_001, 1));
    writeFileSync(path('empty'), '');
    writeFileSync(path('lines'), 'one\ntwo\n');
    writeFileSync(path('blank'), '\n');
    mkdirSync(path('folder'));
    const told = async (sign: string, password: string) => {
      const options = { sign: path(sign), signPasswordFile: path(password) };
      const problems = await problemsOf(signSecrets({ options, environment: {} }));
      expect(
        problems.every(({ code, hint }) => code === 'PYINSTALLER_SIGN_INVALID' && /--sign/.test(hint ?? '')),
      ).toBe(true);
      return problems.map(({ message }) => message.replaceAll(`${root}/`, ''));
    };
    expect(await told('missing', 'gone')).toEqual([
      '--sign: cannot read missing (ENOENT)',
      '--sign-password-file: cannot read gone (ENOENT)',
    ]);
    expect(await told('large', 'large')).toEqual([
      '--sign: large is larger than 1 MB: it is no certificate',
      '--sign-password-file: large is larger than 1000 bytes: it is no password',
    ]);
    expect(await told('empty', 'lines')).toEqual([
      '--sign: empty is empty',
      '--sign-password-file: lines holds more than one line',
    ]);
    expect(await told('folder', 'blank')).toEqual([
      '--sign: cannot read folder (EISDIR)',
      '--sign-password-file: blank is empty',
    ]);
    const options = { sign: path('cert.pfx') };
    const lines = await problemsOf(signSecrets({ options, environment: { OVENBIRD_SIGN_PASSWORD: 'a\nb' } }));
    expect(lines[0]?.message).toBe('--sign: OVENBIRD_SIGN_PASSWORD holds more than one line');
  });

  test('is told with what is wrong with the project, before any engine', async () => {
    const project = temporaryFolder();
    await writeFiles(project, { 'tool.py': 'print(1)\n' });
    const job = prepare(
      {
        project,
        target: 'pyinstaller',
        engine: 'unix:///nowhere/docker.sock',
        targetOptions: { sign: join(project, 'gone.pfx'), entry: 'tool.py' },
        environment: {},
      },
      new AbortController().signal,
    );
    expect((await problemsOf(job)).map(({ message }) => message.replace(project, ''))).toEqual([
      '--sign: only programs for Windows are signed, and this build makes none',
      '--sign: cannot read /gone.pfx (ENOENT)',
    ]);
  });

  test('has a fingerprint of its own', async () => {
    const print = (sign: string, password?: string) =>
      fingerprintOf(
        new Map([
          ['sign', Buffer.from(sign)],
          ...(password === undefined ? [] : [['sign-password', Buffer.from(password)] as const]),
        ]),
      );
    const all = await Promise.all([print('a'), print('b'), print('a', 'x'), print('a', 'y'), print('a', '')]);
    expect(new Set(all).size).toBe(all.length);
    expect(await print('a', 'x')).toBe(all[2]);
  });
});

test('certificates and what is named are no part of the project', async () => {
  const root = temporaryFolder();
  await writeFiles(root, {
    'tool.py': '',
    'cert.pfx': 'x',
    'keys/Old.P12': 'x',
    'keys/mine.bin': 'x',
    'keys/password.txt': 'x',
    'keys/notes.txt': 'x',
  });
  symlinkSync('keys/mine.bin', join(root, 'link.bin'));
  const options = { sign: join(root, 'link.bin'), signPasswordFile: join(root, 'keys/password.txt') };
  const secrets = pyinstaller.secretFiles?.({ options, environment: {} });
  expect(secrets).toEqual(signFiles({ options, environment: {} }));
  const tree = await scanProject({ root, rules: pyinstaller.ignore, secrets });
  expect(tree.files.map(({ path }) => path)).toEqual(['keys/notes.txt', 'tool.py']);
  expect(tree.leftOut.map(({ path, why }) => `${path}: ${why}`)).toEqual([
    'keys/mine.bin: it holds a secret of this build',
    'keys/password.txt: it holds a secret of this build',
    'link.bin: it holds a secret of this build',
  ]);
});

describe('what is told', () => {
  const signed = {
    subject: 'CN=Name,O=Company',
    issuer: 'CN=Authority',
    begins: '2026-01-31T12:00:00Z',
    expires: '2027-01-31T12:00:00Z',
    timestamp: null,
  };

  test('of programs that are signed', () => {
    expect(toldOfSigning(signed, new Date('2026-05-01'))).toEqual({
      note: 'signed by CN=Name,O=Company, whose certificate is valid until 2027-01-31',
      warnings: [],
    });
    const stamped = toldOfSigning({ ...signed, timestamp: 'http://t' }, new Date('2026-05-01'));
    expect(stamped.note).toMatch(/valid until 2027-01-31; its time is proved by http:\/\/t$/);
  });

  test('of those that are not', () => {
    expect(toldOfSigning(undefined).note).toMatch(
      /^the programs for Windows are not signed: .*--sign cert\.pfx$/,
    );
  });

  test.each([
    ['2027-01-31T12:00:01Z', 'expired on 2027-01-31'],
    ['2026-01-31T11:59:59Z', 'is not valid before 2026-01-31'],
  ])('at %s', (now, says) => {
    expect(toldOfSigning(signed, new Date(now)).warnings).toEqual([
      {
        code: 'PYINSTALLER_SIGN_EXPIRED',
        message: `--sign: the certificate of CN=Name,O=Company ${says}: Windows rejects its signature`,
        hint: 'sign with one that is valid: --sign cert.pfx',
      },
    ]);
  });
});
