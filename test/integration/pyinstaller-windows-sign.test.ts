import { execa } from 'execa';
import { hash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { composeContext } from '../../src/context/compose.ts';
import { renderDockerfile } from '../../src/dockerfile/render.ts';
import type { BuildEvent } from '../../src/events.ts';
import { OvenbirdError } from '../../src/errors.ts';
import { fingerprintOf } from '../../src/fingerprint.ts';
import { explainStep } from '../../src/failure/explain.ts';
import { StepFailure } from '../../src/failure/step-failure.ts';
import { readOwnFile } from '../../src/package-root.ts';
import { planProject } from '../../src/plan-project.ts';
import { readCaBundle } from '../../src/project/ca.ts';
import { scanProject } from '../../src/project/scan.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { openProvider } from '../../src/providers/registry.ts';
import { planSigning } from '../../src/targets/pyinstaller/signing.ts';
import { allStages } from '../../src/targets/pyinstaller/stages.ts';
import { formsOfKey, makeCertificate } from '../certificates.ts';
import { temporaryFolder } from '../temporary.ts';
import { startTimestampServer } from '../timestamp-server.ts';
import { standIns, windowsPython } from '../windows-python.ts';
import { testEngines } from './engines.ts';
import { build, notes, ran as stepsThatRan, type Built } from './pyinstaller-fixtures.ts';
import { runWindows } from './windows-machine.ts';

/** What is signed stands in the project's folder `made`; this is before what mounts from it. */
const MADE = `
FROM scratch AS made
COPY project/made /ob

`;

/** What there is to see of it, and a step that depends on its bytes. */
const STAGES = `
FROM scratch AS signed
COPY --from=sign /ob/dist/tree /tree
COPY --from=sign /ob/report /report

FROM native AS after
RUN --mount=type=bind,from=sign,source=/ob/dist/tree,target=/mnt/tree \\
    mkdir /ob && sha256sum /mnt/tree/app/app.exe >/ob/sum

FROM scratch AS depending
COPY --from=after /ob/sum /sum

FROM wine AS verifying
COPY --from=signer /ob/apt/root/ /
RUN --mount=type=bind,from=sign,source=/ob/dist/tree,target=/mnt/tree \\
    --mount=type=bind,source=project/trusted,target=/mnt/trusted \\
    mkdir /ob && (osslsigncode verify -CAfile /mnt/trusted/own.pem -in /mnt/tree/app/app.exe; echo "status $?") >/ob/said 2>&1

FROM scratch AS verified
COPY --from=verifying /ob/said /said
`;

/** Looks for each needle in every file of a stage. */
const SEARCH = (stage: string): string => `
FROM ${stage} AS probe-${stage}
RUN --mount=type=bind,source=project/needles,target=/mnt/needles \\
    mkdir -p /ob && (LC_ALL=C grep -rlaF -f /mnt/needles/all / --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev --exclude-dir=mnt || true) >/ob/found
`;

const PROGRAMS = ['app/app.exe', 'other.exe'];

/** Our verification, of programs that somebody changed after they were signed. */
const TAMPER = `
import json, os, shutil, sys
sys.path.insert(0, "/mnt/toolkit")
import authenticode, certificate, ob
signer = certificate.read(ob.mnt("secrets", "sign"), ob.mnt("secrets", "sign-password"))
program = "/mnt/tree/other.exe"
length = os.path.getsize(program)
def verdict(signer, at=None):
    shutil.copyfile(program, "/mnt/tmp/changed.exe")
    with open("/mnt/tmp/changed.exe", "r+b") as file:
        file.seek(at or 0)
        old = file.read(1)
        file.seek(at or 0)
        file.write(old if at is None else bytes([old[0] ^ 1]))
    try:
        doubt = authenticode.verify("/mnt/tmp/changed.exe", signer)
    except ob.Failure as failure:
        return failure.problems[0]["code"]
    return doubt["code"] if doubt else "fine"
print(json.dumps({
    "same": verdict(signer),
    "code": verdict(signer, 5000),
    "signature": verdict(signer, length - 40),
    "other": verdict(dict(signer, hash="sha256:" + "0" * 64)),
}))
`;

const TAMPERING = `
FROM wine AS tampering
COPY --from=signer /ob/apt/root/ /
RUN --mount=type=tmpfs,target=/mnt \\
    --mount=type=bind,source=toolkit/sign,target=/mnt/toolkit \\
    --mount=type=bind,source=project/tamper,target=/mnt/tamper \\
    --mount=type=bind,source=plan/secrets,target=/mnt/fingerprint \\
    --mount=type=bind,from=sign,source=/ob/dist/tree,target=/mnt/tree \\
    --mount=type=secret,id=sign,target=/mnt/secrets/sign \\
    mkdir /ob /mnt/tmp && python3 /mnt/tamper/tamper.py >/ob/said

FROM scratch AS tampered
COPY --from=tampering /ob/said /said
`;

interface Signing {
  readonly pfx: Uint8Array;
  readonly password?: string;
  readonly signTimestamp?: string;
}

interface Signed {
  readonly programs: readonly Buffer[];
  readonly report: {
    readonly files: readonly { path: string; bytes: number; digest: string }[];
    readonly signed: unknown;
    readonly warnings: readonly { code: string; message: string }[];
  };
}

class Bench {
  readonly events: BuildEvent[] = [];
  /** The project's. */
  readonly folder: string;
  readonly #provider: Provider;

  private constructor(provider: Provider, folder: string) {
    this.#provider = provider;
    this.folder = folder;
  }

  static async open(address: string): Promise<Bench> {
    const { signal } = new AbortController();
    const provider = await openProvider({ engine: address, signal, onEvent: () => undefined });
    onTestFinished(() => provider.close());
    const folder = temporaryFolder();
    await makeTree(join(folder, 'made'));
    return new Bench(provider, folder);
  }

  /** @returns the result's folder and the stages of which something ran */
  async build(
    stage: string,
    signing: Signing,
    { more = '', noCache = [] }: { readonly more?: string; readonly noCache?: readonly string[] } = {},
  ): Promise<{ folder: string; ran: readonly string[] }> {
    const part = planSigning({ sign: 'cert.pfx', ...timestampOf(signing) });
    const { base, wine } = await standIns('3.13');
    const template = await readOwnFile('dockerfiles/pyinstaller/Dockerfile');
    const ours = template.replaceAll('from=assemble-windows,', 'from=made,');
    const dockerfile = renderDockerfile({
      // Ours stand before what mounts from them.
      template: ours.replace('FROM wine AS signer', `${MADE}$&`) + STAGES + more,
      base,
      images: { wine, smoke: wine },
      platform: 'linux/amd64',
      stages: allStages(part.stages, { wine: { reference: wine }, smoke: { reference: wine } }),
    });
    const tree = await scanProject({ root: this.folder, rules: { gitignore: false, builtIn: [] } });
    const ca = await readCaBundle({ environment: process.env });
    const { pfx, password } = signing;
    const own = new Map<string, Uint8Array>([['sign', pfx]]);
    if (password !== undefined) own.set('sign-password', Buffer.from(password));
    const folder = temporaryFolder();
    try {
      const { ran } = await this.#provider.build({
        dockerfile,
        context: await composeContext({
          tree,
          plan: {
            template: 'pyinstaller',
            files: { ...part.files, 'secrets/fingerprint': await fingerprintOf(own) },
          },
          sharedKey: 'test-sign',
        }),
        platform: 'linux/amd64',
        secrets: new Map([...own, ...(ca ? [['ca', ca.pem] as const] : [])]),
        output: { type: 'folder', folder },
        stage,
        titles: new Map(Object.entries(part.titles)),
        noCache: noCache.length > 0 && noCache,
        signal: new AbortController().signal,
        onEvent: (event) => this.events.push(event),
      });
      return { folder, ran };
    } catch (thrown) {
      if (thrown instanceof StepFailure) throw explainStep(thrown, { dockerfile });
      throw thrown;
    }
  }

  async sign(signing: Signing): Promise<Signed> {
    const { folder } = await this.build('signed', signing);
    return {
      programs: PROGRAMS.map((program) => readFileSync(join(folder, 'tree', program))),
      report: JSON.parse(readFileSync(join(folder, 'report/report.json'), 'utf8')) as Signed['report'],
    };
  }

  async failure(signing: Signing): Promise<OvenbirdError> {
    const thrown: unknown = await this.sign(signing).catch((error: unknown) => error);
    if (thrown instanceof OvenbirdError) return thrown;
    throw new Error('it was signed', { cause: thrown });
  }
}

function timestampOf({ signTimestamp }: Signing): { readonly signTimestamp?: string } {
  return signTimestamp === undefined ? {} : { signTimestamp };
}

/** What `assemble-windows` leaves: real programs for Windows, and files beside them. */
async function makeTree(folder: string): Promise<void> {
  const jar = await windowsPython('3.13');
  const { stdout } = await execa('unzip', ['-p', jar, '*/bin/python.exe'], { encoding: 'buffer' });
  const program = Buffer.from(stdout);
  for (const each of ['dist/tree/app/_internal', 'programs', 'report/more'])
    mkdirSync(join(folder, each), { recursive: true });
  const files = {
    ...Object.fromEntries(PROGRAMS.map((path) => [path, program])),
    'app/_internal/data.txt': Buffer.from('data\n'),
  };
  for (const [path, bytes] of Object.entries(files)) writeFileSync(join(folder, 'dist/tree', path), bytes);
  writeFileSync(join(folder, 'programs/program'), PROGRAMS.map((path) => `${path}\n`).join(''));
  writeFileSync(join(folder, 'report/more/log.txt'), 'as it was\n');
  const listed = Object.entries(files).map(([path, bytes]) => ({
    path,
    bytes: bytes.length,
    mode: 0o644,
    digest: digestOf(bytes),
  }));
  writeFileSync(
    join(folder, 'report/report.json'),
    JSON.stringify({ files: listed, programs: PROGRAMS, warnings: [] }),
  );
}

function digestOf(bytes: Buffer): string {
  return `sha256:${hash('sha256', bytes)}`;
}

/** Who trusts the certificate, and what is looked for. */
function give(bench: Bench, name: string, bytes: string | Uint8Array): void {
  const path = join(bench.folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
}

const engines = testEngines();

describe.each(engines)('on engine $name', ({ address }) => {
  test('programs are signed, and verify elsewhere', { timeout: 600_000 }, async () => {
    const bench = await Bench.open(address);
    const password = 'pass wörd $HOME';
    const own = await makeCertificate({ subject: '/O=Müller & Söhne/CN=Ovenbird Test', password });
    const first = await bench.sign({ pfx: own.pfx, password });
    const unsigned = readFileSync(join(bench.folder, 'made/dist/tree/other.exe'));
    for (const [index, program] of first.programs.entries()) {
      expect(program.length).toBeGreaterThan(unsigned.length);
      expect(first.report.files).toContainEqual(
        expect.objectContaining({ path: PROGRAMS[index], bytes: program.length, digest: digestOf(program) }),
      );
    }
    expect(first.report.files.find(({ path }) => path.endsWith('data.txt'))?.bytes).toBe(5);
    expect(first.report.signed).toEqual({
      subject: 'CN=Ovenbird Test,O=Müller & Söhne',
      issuer: 'CN=Ovenbird Test,O=Müller & Söhne',
      begins: new Date(own.x509.validFrom).toISOString().replace('.000', ''),
      expires: new Date(own.x509.validTo).toISOString().replace('.000', ''),
      timestamp: null,
    });
    expect(first.report.warnings).toEqual([]);

    give(bench, 'trusted/own.pem', own.certificate);
    const { folder } = await bench.build('verified', { pfx: own.pfx, password });
    const said = readFileSync(join(folder, 'said'), 'utf8');
    expect(said).toMatch(/^Signature verification: ok$/m);
    expect(said).toMatch(/^status 0$/m);
    expect(said).toMatch(/CN=Ovenbird Test/);
    expect(said).toMatch(/^Message digest algorithm {2}: SHA256$/m);
    // Whoever trusts another trusts none of it.
    give(bench, 'trusted/own.pem', (await makeCertificate()).certificate);
    const other = await bench.build('verified', { pfx: own.pfx, password });
    expect(readFileSync(join(other.folder, 'said'), 'utf8')).toMatch(/^status 1$/m);
  });

  test(
    'each certificate has its own result, and the same one the same bytes',
    { timeout: 600_000 },
    async () => {
      const bench = await Bench.open(address);
      const [one, two] = [await makeCertificate(), await makeCertificate()];
      const first = await bench.sign(one);
      await bench.build('depending', one);
      expect((await bench.build('depending', one)).ran.filter(isOurs)).toEqual([]);
      const second = await bench.sign(two);
      expect(second.programs).not.toEqual(first.programs);
      expect((await bench.build('depending', two)).ran.filter(isOurs).toSorted()).toEqual([
        'after',
        'depending',
      ]);
      // Not what the last one has left under the same key.
      expect(await bench.sign(one)).toEqual(first);
      expect(await bench.sign(two)).toEqual(second);
      // Made anew it is the same, and what depends on it stays as it is.
      const again = await bench.build('depending', one, { noCache: ['sign'] });
      expect(again.ran.filter(isOurs)).toEqual(['sign']);
      expect(await bench.sign(one)).toEqual(first);
      // A wrong password is told, whatever the cache has.
      const password = 'right';
      const locked = { ...(await makeCertificate({ password })), password };
      await bench.sign(locked);
      expect((await bench.failure({ ...locked, password: 'wrong' })).code).toBe('PYINSTALLER_SIGN_INVALID');
    },
  );

  test('key and password are in no stage, no word and no error', { timeout: 600_000 }, async () => {
    const bench = await Bench.open(address);
    const password = `marker-${randomBytes(12).toString('hex')}`;
    const own = await makeCertificate({ password });
    const needles = [
      Buffer.from(password),
      Buffer.from(Buffer.from(password).toString('base64').slice(0, 32)),
      own.pfx.subarray(60, 100),
      Buffer.from(own.pfx.subarray(60, 99).toString('base64')),
      ...formsOfKey(own),
    ].flatMap(searchable);
    give(bench, 'needles/all', Buffer.concat(needles.flatMap((each) => [each, Buffer.from('\n')])));
    for (const [index, needle] of needles.entries()) give(bench, `needles/planted/${index}`, needle);
    const planted = 'FROM native AS planted\nCOPY project/needles/planted /planted\n';
    const searched = ['signer', 'sign', 'signed', 'verifying', 'planted'];
    const probes = `
FROM scratch AS probes
${searched.map((stage) => `COPY --from=probe-${stage} /ob/found /${stage}`).join('\n')}
`;
    const looking = `FROM native AS looks-signed\nCOPY --from=signed / /signed\n${planted}`;
    const stages = searched.map((stage) =>
      SEARCH(stage === 'signed' ? 'looks-signed' : stage).replace('probe-looks-signed', 'probe-signed'),
    );
    const signing = { pfx: own.pfx, password };
    give(bench, 'trusted/own.pem', own.certificate);
    const { folder } = await bench.build('probes', signing, { more: looking + stages.join('') + probes });
    const found = Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    expect(found['planted']?.trim().split('\n')).toHaveLength(needles.length);
    expect(found).toEqual({ signer: '', sign: '', signed: '', verifying: '', planted: found['planted'] });

    const { programs, report } = await bench.sign(signing);
    const wrong = await bench.failure({ pfx: own.pfx, password: `${password}!` });
    const none = await bench.failure({ pfx: own.pfx });
    const told = Buffer.from(JSON.stringify([bench.events, report, wrong.problems, none.problems]));
    expect(bench.events.some(({ type }) => type === 'log' || type === 'step-started')).toBe(true);
    for (const place of [told, ...programs])
      expect(needles.filter((needle) => place.includes(needle))).toEqual([]);
  });
});

describe('what cannot sign', () => {
  const address = engines.at(-1)?.address ?? '';

  test('says what to type', { timeout: 600_000 }, async () => {
    const bench = await Bench.open(address);
    const password = 'right';
    const { pfx, key, certificate } = await makeCertificate({ password });
    const problemOf = async (signing: Signing) => (await bench.failure(signing)).problems[0];
    const typed = /OVENBIRD_SIGN_PASSWORD=… .*--sign-password-file FILE/;
    expect(await problemOf({ pfx, password: 'wrong' })).toMatchObject({
      code: 'PYINSTALLER_SIGN_INVALID',
      message: '--sign: the password does not open the file',
      hint: expect.stringMatching(typed) as string,
    });
    expect(await problemOf({ pfx })).toMatchObject({
      code: 'PYINSTALLER_SIGN_INVALID',
      message: '--sign: the file has a password, and none is given',
      hint: expect.stringMatching(typed) as string,
    });
    const exported = expect.stringMatching(/openssl pkcs12 -export/) as string;
    const wrong: readonly (readonly [Signing, RegExp])[] = [
      [{ pfx: Buffer.from(key + certificate) }, /^--sign: the file is PEM text/],
      [
        { pfx: Buffer.from('no certificate\n') },
        /^--sign: the file is not PKCS#12 \(.pfx, .p12\), or not whole$/,
      ],
      [
        { pfx: pfx.subarray(0, 900), password },
        /^--sign: the file is not PKCS#12 \(.pfx, .p12\), or not whole$/,
      ],
      [
        { ...(await makeCertificate({ password, exporting: ['-nokeys'] })), password },
        /holds no private key/,
      ],
    ];
    for (const [signing, message] of wrong) {
      expect(await problemOf(signing)).toMatchObject({
        code: 'PYINSTALLER_SIGN_INVALID',
        message: expect.stringMatching(message) as string,
        hint: exported,
      });
    }
    expect(await problemOf(await makeCertificate({ usage: 'serverAuth' }))).toMatchObject({
      code: 'PYINSTALLER_SIGN_INVALID',
      message:
        '--sign: the certificate of CN=Ovenbird Test is not for signing programs: it lacks the usage codeSigning',
    });
  });

  test('certificates that Windows may not accept sign all the same', { timeout: 600_000 }, async () => {
    const bench = await Bench.open(address);
    // Which day it is, is no question of the step's: what it leaves may be used tomorrow.
    const old = await bench.sign(await makeCertificate({ validUntil: '210101000000Z' }));
    expect(old.report).toMatchObject({ signed: { expires: '2021-01-01T00:00:00Z' }, warnings: [] });
    const issued = await bench.sign(await makeCertificate({ issued: true }));
    expect(issued.report.warnings).toEqual([
      {
        code: 'PYINSTALLER_SIGN_CHAIN',
        message: expect.stringMatching(/CN=Ovenbird Test .*where it knows CN=An Authority$/) as string,
        hint: expect.stringMatching(/all certificates of its path/) as string,
      },
    ]);
  });

  test('whatever is changed afterwards is seen', { timeout: 600_000 }, async () => {
    const bench = await Bench.open(address);
    give(bench, 'tamper/tamper.py', TAMPER);
    const verdicts = async (signing: Signing): Promise<unknown> => {
      const { folder } = await bench.build('tampered', signing, { more: TAMPERING });
      return JSON.parse(readFileSync(join(folder, 'said'), 'utf8'));
    };
    const seen = {
      code: 'PYINSTALLER_SIGN_FAILED',
      signature: 'PYINSTALLER_SIGN_FAILED',
      other: 'PYINSTALLER_SIGN_FAILED',
    };
    expect(await verdicts(await makeCertificate())).toEqual({ ...seen, same: 'fine' });
    // And where the tool itself looks no further than at who vouches for the certificate.
    expect(await verdicts(await makeCertificate({ issued: true }))).toEqual({
      ...seen,
      same: 'PYINSTALLER_SIGN_CHAIN',
    });
  });

  test('a server proves the time, and may be busy', { timeout: 600_000 }, async () => {
    const bench = await Bench.open(address);
    const own = await makeCertificate();
    const server = await startTimestampServer(1);
    const signing = { pfx: own.pfx, signTimestamp: server.address };
    const { report } = await bench.sign(signing);
    expect(report.signed).toMatchObject({ timestamp: server.address });
    expect(server.asked()).toBe(1 + PROGRAMS.length);
    give(bench, 'trusted/own.pem', own.certificate);
    const { folder } = await bench.build('verified', signing);
    expect(readFileSync(join(folder, 'said'), 'utf8')).toMatch(
      /Timestamp time: .*\n(?:.*\n)*\s+Issuer: \/CN=Test Time\n/,
    );
    const none = `${server.address.replace(/:\d+$/, ':9')}/none`;
    expect((await bench.failure({ pfx: own.pfx, signTimestamp: none })).problems[0]).toMatchObject({
      code: 'PYINSTALLER_SIGN_FAILED',
      message: `--sign-timestamp: ${none} gave no time stamp`,
    });
  });

  test('older files and other keys sign too', { timeout: 600_000 }, async () => {
    const bench = await Bench.open(address);
    const password = 'old';
    for (const wish of [
      { exporting: ['-legacy'], password },
      { algorithm: 'ec' as const, password },
    ]) {
      const { pfx, certificate } = await makeCertificate(wish);
      give(bench, 'trusted/own.pem', certificate);
      const { folder } = await bench.build('verified', { pfx, password });
      expect(readFileSync(join(folder, 'said'), 'utf8')).toMatch(/^status 0$/m);
    }
  });
});

describe('a build', () => {
  const password = `marker-${randomBytes(12).toString('hex')}`;

  async function buildSigned(folder: string, sign?: string): Promise<Built> {
    return build(folder, {
      python: '3.12',
      environment: { ...process.env, OVENBIRD_SIGN_PASSWORD: password },
      options: {
        os: 'windows',
        windowsPython: await windowsPython('3.12'),
        entry: 'tool.py',
        ...(sign === undefined ? {} : { sign: join(folder, sign) }),
      },
    });
  }

  test(
    'signs what it tries and delivers, whichever certificate was used last',
    { timeout: 900_000 },
    async () => {
      const folder = temporaryFolder();
      const [one, two] = [
        await makeCertificate({ password }),
        await makeCertificate({ subject: '/CN=Other', password }),
      ];
      // Of this run alone: no earlier one has left its steps in the cache.
      writeFileSync(join(folder, 'tool.py'), `print("fine")  # ${randomUUID()}\n`);
      writeFileSync(join(folder, 'cert.pfx'), one.pfx);
      writeFileSync(join(folder, 'other.bin'), two.pfx);
      const first = await buildSigned(folder, 'cert.pfx');
      const day = new Date(one.x509.validTo).toISOString().slice(0, 10);
      expect(notes(first.events)).toContain(
        `signed by CN=Ovenbird Test, whose certificate is valid until ${day}`,
      );
      const program = join(first.artifact.path, 'tool.exe');
      const holds = (): boolean[] => [one, two].map(({ x509 }) => readFileSync(program).includes(x509.raw));
      expect(holds()).toEqual([true, false]);
      expect(await runWindows(program, [])).toEqual({ status: 0, stdout: 'fine\n', stderr: '' });

      const ours = ({ events }: Built): string[] =>
        stepsThatRan(events)
          .filter((title) => /^(?:run it|sign|assemble)/.test(title))
          .toSorted();
      const second = await buildSigned(folder, 'other.bin');
      expect(holds()).toEqual([false, true]);
      expect(notes(second.events)).toContain('other.bin is left out: it holds a secret of this build');
      const again = await buildSigned(folder, 'cert.pfx');
      expect(holds()).toEqual([true, false]);
      expect(again.artifact.digest).toBe(first.artifact.digest);
      // What nothing of it depends on may have been cleared away by the engine: uv, wine.
      // The other certificate was a file of the project as long as it was not the one to sign with.
      expect(ours(second)).toEqual([
        'assemble tool.exe',
        expect.stringMatching(/^run it/),
        'sign the executables',
      ]);
      expect(ours(again)).toEqual([]);

      const plain = await buildSigned(folder);
      expect(holds()).toEqual([false, false]);
      expect(notes(plain.events)).toContainEqual(
        expect.stringMatching(/^the programs for Windows are not signed: /),
      );
      const { plan, tree } = await planProject({
        project: folder,
        target: 'pyinstaller',
        python: '3.12',
        environment: { OVENBIRD_SIGN_PASSWORD: password },
        targetOptions: {
          os: 'windows',
          windowsPython: await windowsPython('3.12'),
          sign: join(folder, 'gone.pfx'),
          entry: 'tool.py',
        },
      });
      expect(tree.files.map(({ path }) => path)).not.toContain('cert.pfx');
      const said = JSON.stringify([first, second, again, plain, plan]);
      for (const secret of [password, one.pfx.subarray(60, 99).toString('base64'), 'gone.pfx'])
        expect(said).not.toContain(secret);
    },
  );
});

/** Stages that wine is made in may have been cleared away by the engine meanwhile. */
function isOurs(stage: string): boolean {
  return ['sign', 'after', 'depending'].includes(stage);
}

/** As `grep -F -f` takes it: a line, and none that is empty. */
function searchable(needle: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = 0; at <= needle.length; at += 1) {
    if (at < needle.length && needle[at] !== 0x0a && needle[at] !== 0) continue;
    if (at - start >= 12) parts.push(needle.subarray(start, at));
    start = at + 1;
  }
  return parts;
}
