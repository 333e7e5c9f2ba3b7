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
  /** Told below the options. */
  readonly epilogue?: string;
  /** @returns the exit status */
  readonly handler: (args: ParsedArguments, context: CliContext) => Promise<number>;
}

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly describe: string;
  readonly alias?: string;
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string;
  /** Heading in the help. */
  readonly group?: string;
  /** May be given several times. */
  readonly repeatable?: boolean;
  /** Not in the help: read only to be refused with a reason. */
  readonly hidden?: boolean;
  /** The only values it takes. */
  readonly choices?: readonly string[];
}
