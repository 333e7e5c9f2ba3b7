import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXAMPLE = fileURLToPath(new URL('../../projects/pyinstaller-cli', import.meta.url));

/** The example's own line that the edits change. */
const LINE = 'print(f"stats-report: {error}"';
const IMPORT = 'from .report import Report, describe\n';

/** A script, as PyInstaller is given one by people: the example's function needs none for us. */
const SCRIPT = 'import sys\n\nfrom stats_report.cli import main\n\nsys.exit(main())\n';

export const NAME = 'stats-report';

/** Both sides' options, word by word. */
export const OPTIONS: readonly string[] = (
  `--onefile --name ${NAME} --paths src ` +
  `--add-data src/stats_report/units.json:stats_report --copy-metadata ${NAME}`
).split(' ');

/** The numpy + pydantic + certifi command line: it imports all that it installs. */
export class Project {
  readonly folder: string;
  readonly #file: string;
  readonly #text: string;
  #added: string | undefined;

  constructor(folder: string) {
    this.folder = folder;
    cpSync(EXAMPLE, folder, { recursive: true });
    writeFileSync(join(folder, 'run.py'), SCRIPT);
    this.#file = join(folder, 'src/stats_report/cli.py');
    this.#text = readFileSync(this.#file, 'utf8');
  }

  /** One line in a function's body, which shows in what the program says. */
  editBody(salt: string): void {
    this.#write([LINE, LINE.replace(NAME, `${NAME} ${salt}`)]);
  }

  /** An import of a new module, which imports one that was not in the bundle. */
  editImports(salt: string): void {
    if (this.#added !== undefined) rmSync(this.#added);
    this.#added = join(this.folder, `src/stats_report/salt_${salt}.py`);
    writeFileSync(
      this.#added,
      `import colorsys\n\nSALT = "${salt}" if colorsys.rgb_to_hsv(0, 0, 0)[2] == 0 else ""\n`,
    );
    this.#write(
      [IMPORT, `${IMPORT}from .salt_${salt} import SALT\n`],
      [LINE, LINE.replace(NAME, `${NAME} {SALT}`)],
    );
  }

  #write(...changes: readonly (readonly [string, string])[]): void {
    let text = this.#text;
    for (const [from, to] of changes) {
      if (!text.includes(from)) throw new Error(`the example has no ${from}`);
      text = text.replace(from, to);
    }
    writeFileSync(this.#file, text);
  }
}

/** Asks for all that the program can do: data files, metadata, compiled packages, exit statuses. */
export const QUESTIONS: readonly (readonly string[])[] = [
  ['--version'],
  ['--json', '1', '2', '3', '4', '10'],
  ['--unit', 'degrees', '1', '2'],
  ['--authorities'],
  ['1', 'x'],
];

/** Of the answers those that do not depend on what is installed. */
export function expected(salt: string): readonly string[] {
  return [
    `${NAME} 0.3.1\n`,
    '{"count":5,"mean":4.0,"median":3.0,"deviation":3.162,"suffix":""}\n',
    `${NAME} ${salt}: could not convert string to float: 'x'\n= 3`,
  ];
}
