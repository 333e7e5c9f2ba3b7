import type { Command, OptionSpec } from './command.ts';

export interface HelpOptions {
  /** As the user types it: `ovenbird`, `flash`. */
  readonly scriptName: string;
  readonly commands: readonly Command[];
  /** The command whose help is wanted; the program's own when absent. */
  readonly command?: Command | undefined;
  /** What the program is, below its usage line. */
  readonly about: string;
  /** What follows the lists. */
  readonly epilogue: string;
  /** Width of the terminal. */
  readonly columns: number;
}

/** Below every list of options that settings can hold. */
const SETTINGS_HELP = `Options can also stand in ovenbird.toml (python = "3.12", no-cache = true), in [tool.ovenbird]
of pyproject.toml, and in variables (OVENBIRD_PYTHON=3.12, OVENBIRD_NO_CACHE=1). What is typed
comes first, then variables.`;

/** A line of a list: what to type, and what it does. */
type Row = readonly [left: string, right: string];

/**
 * The text of `--help`, without loading the parser: help must come at once. It and the parser
 * read the same commands.
 */
export function renderHelp(options: HelpOptions): string {
  const { scriptName, commands, command, about, epilogue, columns } = options;
  const sections = command
    ? commandSections(command, scriptName)
    : [
        [`Usage: ${scriptName} COMMAND [options]`, about],
        list(
          'Commands:',
          commands.map((each) => commandRow(each, scriptName)),
          columns,
        ),
      ];
  if (command) sections.push(...optionSections(command, columns));
  const { examples = [] } = command ?? {};
  if (examples.length > 0) sections.push(list('Examples:', examples, columns));
  if (command === undefined || command.settings?.file) sections.push([SETTINGS_HELP]);
  sections.push([command?.epilogue ?? epilogue]);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Help was asked for: before `--`, wherever it stands. */
export function asksHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

function commandSections(command: Command, scriptName: string): string[][] {
  const { positional } = command;
  const lines = [`Usage: ${title(command, scriptName)} [options]`, command.describe];
  return [positional ? [...lines, `${positional.name}: ${positional.describe}`] : lines];
}

function optionSections(command: Command, columns: number): string[][] {
  const groups = new Map<string, Row[]>();
  for (const [name, spec] of Object.entries(command.options)) {
    if (spec.hidden) continue;
    const heading = spec.group ?? 'Options:';
    const rows = groups.get(heading) ?? [];
    rows.push([optionName(name, spec), spec.describe]);
    groups.set(heading, rows);
  }
  // One width for all groups: the eye runs down one column.
  const width = Math.max(...[...groups.values()].flat().map(([left]) => left.length));
  return [...groups].map(([heading, rows]) => list(heading, rows, columns, width));
}

function optionName(name: string, { alias, value, type }: OptionSpec): string {
  const short = alias === undefined ? '    ' : `-${alias}, `;
  return `${short}--${name}${type === 'string' ? ` ${value ?? 'VALUE'}` : ''}`;
}

function commandRow(command: Command, scriptName: string): Row {
  return [title(command, scriptName), command.describe];
}

function title({ name, positional }: Command, scriptName: string): string {
  return `${scriptName} ${name}${positional ? ` [${positional.name}]` : ''}`;
}

function list(heading: string, rows: readonly Row[], columns: number, given?: number): string[] {
  const width = given ?? Math.max(...rows.map(([left]) => left.length));
  const indent = width + 4;
  const room = Math.max(20, columns - indent);
  return [
    heading,
    ...rows.flatMap(([left, right]) =>
      wrap(right, room).map((line, index) => `  ${(index === 0 ? left : '').padEnd(width)}  ${line}`),
    ),
  ];
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
