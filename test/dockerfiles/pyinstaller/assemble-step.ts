import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Step, type StepProblem } from '../step.ts';

const SHOP = fileURLToPath(new URL('shop/', import.meta.url));

/** What PyInstaller 6.22.3 said of the project `shop`, cut to what tests ask for. */
export const SAID = {
  warn: readFileSync(`${SHOP}said/warn.txt`, 'utf8'),
  xref: readFileSync(`${SHOP}said/xref.txt`, 'utf8'),
  log: readFileSync(`${SHOP}said/log.txt`, 'utf8'),
};

/** The project's files, with the one that is no Python. */
export const SHOP_FILES: Readonly<Record<string, string>> = {
  ...texts(SHOP),
  'src/shop/broken.py': 'import os\n\ndef f(:\n    pass\n',
};

export type OwnModules = Readonly<Record<string, string>>;

/** The modules of files below `src/`. */
export function ownModules(files: Readonly<Record<string, string>>): OwnModules {
  const own = Object.keys(files).filter((file) => file.startsWith('src/') && file.endsWith('.py'));
  return Object.fromEntries(
    own.map((file) => [
      file
        .slice('src/'.length, -'.py'.length)
        .replaceAll('/', '.')
        .replace(/\.__init__$/, ''),
      file,
    ]),
  );
}

/** Calls a function of the step's modules with JSON values. */
export async function call(module: string, expression: string, given: object = {}): Promise<unknown> {
  const step = new Step('assemble', { 'given.json': given }, 'pyinstaller');
  return step.evaluate(
    `import json, ob, ${module}\ngiven = ob.read_json(ob.mnt("given.json"))\nprint(json.dumps(${expression}))`,
  );
}

export interface Told extends StepProblem {
  /** `file:line` */
  readonly at?: string;
}

/** Warnings with their place as one word. */
export function told(warnings: unknown): Told[] {
  return (warnings as StepProblem[]).map(({ location, ...rest }) =>
    location ? { ...rest, at: `${location.file}:${location.line}` } : rest,
  );
}

function texts(folder: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder + prefix)) {
    const path = prefix + name;
    if (path === 'said' || name === '__pycache__') continue;
    if (statSync(folder + path).isDirectory()) Object.assign(found, texts(folder, `${path}/`));
    else found[path] = readFileSync(folder + path, 'utf8');
  }
  return found;
}
