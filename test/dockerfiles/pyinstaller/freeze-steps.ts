import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { readToolkit } from '../../../src/context/toolkit.ts';
import { temporaryFolder } from '../../temporary.ts';
import { python, type StepProblem } from '../step.ts';

/** What the programs of these tests are made of, as PyPI has it. */
const PACKAGES = ['pyinstaller==6.22.3', 'humanize==4.9.0', 'MarkupSafe==2.1.5', 'idna==3.10'];

const NAME = 'pyinstaller-deps-1';

let made: Promise<string> | undefined;

/** A folder with PyInstaller and a few packages, made once a machine; it gets its name when it is whole. */
export function freezeDeps(): Promise<string> {
  return (made ??= installed());
}

async function installed(): Promise<string> {
  const { OVENBIRD_BED: bed, XDG_CACHE_HOME: cache } = process.env;
  const machine = bed ?? join(cache ?? join(homedir(), '.cache'), 'ovenbird-bed');
  const folder = join(machine, NAME);
  if (existsSync(folder)) return folder;
  mkdirSync(machine, { recursive: true });
  const fresh = mkdtempSync(`${folder}.`);
  await execa('python3', ['-m', 'pip', 'install', '--quiet', '--target', fresh, ...PACKAGES]);
  symlinkSync(basename(fresh), `${fresh}.link`);
  renameSync(`${fresh}.link`, folder);
  return folder;
}

/** Whether this machine's Python is one that PyInstaller can work with: a builder's always is. */
export function canFreeze(): boolean {
  const ask = 'import sysconfig; print(sysconfig.get_config_var("Py_ENABLE_SHARED") or 0)';
  try {
    execFileSync('objdump', ['--version']);
    return execFileSync('python3', ['-c', ask], { encoding: 'utf8' }).trim() === '1';
  } catch {
    return false;
  }
}

/** Path → text; bytes; a link `{ to }`; null: no longer there. */
export type Files = Readonly<Record<string, string | Buffer | { readonly to: string } | null>>;

export interface FreezeOptions {
  readonly entry: object;
  readonly bundle?: 'onefile' | 'onedir' | null;
  readonly sourceRoots?: readonly string[];
  readonly options?: readonly string[];
  readonly additions?: object;
  readonly project?: object;
  readonly trace?: object;
}

/** What an analysis found: entries (name in the bundle, source, kind). */
export type Lists = Readonly<Record<'pure' | 'binaries' | 'datas', readonly (readonly string[])[]>>;

/** What executables hold, and what is reported of them. */
export interface Frozen {
  readonly contents: Readonly<Record<string, unknown>>;
  /** Of each analysis whether it was taken from the outlines. */
  readonly reused: readonly boolean[];
  readonly analyses: readonly Lists[];
  readonly report: Readonly<Record<string, unknown>>;
  /** Digests of the files. */
  readonly files: readonly unknown[];
  /** Of a build that failed. */
  readonly errors: readonly StepProblem[];
}

const NOTHING = {
  hiddenImports: [],
  collectSubmodules: [],
  collectData: [],
  copyMetadata: [],
  data: [],
  libraries: [],
};

/** The steps from outline to assemble as an engine runs them, on this machine. */
export class Freezer {
  readonly root = temporaryFolder();
  readonly #deps: string;
  readonly #options: FreezeOptions;

  constructor(deps: string, options: FreezeOptions) {
    this.#deps = deps;
    this.#options = options;
    for (const { path, bytes } of readToolkit({ target: 'pyinstaller' })) {
      const to = join(this.root, 'toolkit', path);
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, bytes);
    }
  }

  /** Leaves a project's outlines. */
  async reduce(files: Files): Promise<void> {
    this.#mount('project', files);
    await this.#run('outline', this.#request());
  }

  /** Analyses a project by its outlines. */
  async analyse(files: Files): Promise<void> {
    await this.reduce(files);
    rmSync(join(this.root, 'mnt/project'), { recursive: true });
    cpSync(join(this.root, 'ob/outline/project'), join(this.root, 'mnt/project'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await this.#run('analyse', this.#request());
  }

  /** @param whole without what was analysed, as PyInstaller itself would */
  async assemble(files: Files, whole = false): Promise<Frozen> {
    this.#mount('project', files);
    const kept = join(this.root, 'mnt/analysis');
    if (!whole) cpSync(join(this.root, 'ob/analysis'), kept, { recursive: true });
    const errors = await this.#run('assemble', this.#request());
    rmSync(kept, { recursive: true, force: true });
    if (errors.length > 0) {
      return { contents: {}, reused: [], analyses: [], report: {}, files: [], errors };
    }
    const reader = fileURLToPath(new URL('bundle-contents.py', import.meta.url));
    const read = await python([reader, join(this.root, 'ob/dist/tree')], { PYTHONPATH: this.#deps });
    if (read.status !== 0) throw new Error(read.stderr);
    const { reused, analyses } = this.#json('mnt/tmp/child.json') as Pick<Frozen, 'reused' | 'analyses'>;
    const { files: built, reused: _, rest: __, ...report } = this.#json('ob/report/report.json');
    return {
      contents: JSON.parse(read.stdout) as Record<string, unknown>,
      reused,
      analyses,
      report,
      files: built as readonly unknown[],
      errors: [],
    };
  }

  /** Below a folder of the outlines: all of it in one text. */
  outline(folder = '.'): string {
    return this.#read(join('ob/outline/project', folder));
  }

  #json(path: string): Record<string, unknown> {
    return JSON.parse(readFileSync(join(this.root, path), 'utf8')) as Record<string, unknown>;
  }

  #request(): object {
    const { trace: _, ...options } = this.#options;
    const decided = {
      name: 'app',
      // Compressed libraries would take most of the time.
      bundle: 'onedir',
      system: 'linux',
      sourceRoots: ['.'],
      options: [],
      project: null,
      glibc: null,
    };
    return { ...decided, requirements: [], ...options, additions: { ...NOTHING, ...options.additions } };
  }

  #mount(name: string, files: Files): void {
    const folder = join(this.root, 'mnt', name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      if (content === null) continue;
      const to = join(folder, path);
      mkdirSync(path.endsWith('/') ? to : dirname(to), { recursive: true });
      if (path.endsWith('/')) continue;
      if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(to, content);
      else symlinkSync(content.to, to);
    }
  }

  /** @returns what it says went wrong with the project; other failures are ours */
  async #run(step: string, request: object): Promise<readonly StepProblem[]> {
    for (const name of ['plan', 'tmp', 'launch', 'trace']) {
      rmSync(join(this.root, 'mnt', name), { recursive: true, force: true });
    }
    const trace = { modules: [], metadata: [], data: [], ...this.#options.trace };
    this.#mount('plan', { 'request.json': JSON.stringify(request) });
    this.#mount('trace', { 'trace.json': JSON.stringify(trace) });
    this.#mount('tmp', {});
    const deps = join(this.root, 'mnt/deps');
    if (!existsSync(deps)) symlinkSync(this.#deps, deps);
    const { status, stderr, errors } = await python([join(this.root, 'toolkit', step, 'main.py')], {
      OVENBIRD_ROOT: this.root,
      LANG: 'C.UTF-8',
    });
    if (status !== 0 && (errors.length === 0 || errors.some(({ code }) => code === 'INTERNAL'))) {
      throw new Error(`${step}: ${stderr}`);
    }
    return errors;
  }

  /** All of a folder in one text. */
  #read(path: string): string {
    return execFileSync('tar', ['-c', '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '.'], {
      cwd: join(this.root, path),
      encoding: 'base64',
      maxBuffer: 1 << 30,
    });
  }
}
