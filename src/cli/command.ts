import type { CliContext } from './context.ts';
import type { ParsedArguments } from './parsed-arguments.ts';

/** A command is data: what it is called, what it takes, and what it does. */
export interface Command {
  readonly name: string;
  readonly describe: string;
  /** Name of the one positional argument it takes, for example `DIR`. */
  readonly positional?: { readonly name: string; readonly describe: string };
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples?: readonly (readonly [command: string, says: string])[];
  /** Where options come from that were not typed; absent: from nowhere. */
  readonly settings?: SettingsScope;
  /** Told below the options. */
  readonly epilogue?: string;
  /** @returns the exit status */
  readonly handler: (args: ParsedArguments, context: CliContext) => Promise<number>;
}

/** See `Command.settings`; variables always count. */
export interface SettingsScope {
  /** Whether it has a project, whose file counts. */
  readonly file: boolean;
  /** The target that it always builds. */
  readonly target?: string;
}

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly describe: string;
  readonly alias?: string;
  /** Further names, which the help does not show. */
  readonly aliases?: readonly string[];
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string;
  /** Heading in the help. */
  readonly group?: string;
  /** The value may begin with a dash: `--smoke --help`. */
  readonly dashes?: true;
  /** An empty value means something. */
  readonly mayBeEmpty?: true;
  /** May be given several times. */
  readonly repeatable?: boolean;
  /** Not in the help: read only to be refused with a reason. */
  readonly hidden?: boolean;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** What it is called in settings, where that is not its own name. */
  readonly key?: string;
  /**
   * Names a file or a folder: in a project's file, from the project's folder on. What is written
   * must lie in it then: a project that somebody downloaded does not write elsewhere. So must what
   * is secret: it does not use other people's keys.
   */
  readonly path?: 'read' | 'written' | 'secret';
  /** A value may hold commas: in a variable, several stand on lines of their own. */
  readonly holdsCommas?: boolean;
  /** Why it is no setting at all. */
  readonly typedOnly?: string;
  /** Why it may be a variable and not stand in a project's file. */
  readonly notInFile?: string;
  /** What to do where it is refused in a file, when that is not to type it. */
  readonly instead?: string;
}
