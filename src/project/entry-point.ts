/** A name and the object that it stands for, as `[project.scripts]` has it. */
export interface EntryPoint {
  readonly name: string;
  /** `pkg.cli:main`, or a module alone; without blanks and extras. */
  readonly reference: string;
  readonly module: string;
  /** `main`, `App.run` */
  readonly attribute: string | undefined;
  /** Counted from 1. */
  readonly line: number;
}

const NAME = String.raw`[\p{ID_Start}_][\p{ID_Continue}]*`;
const DOTTED = String.raw`${NAME}(?:\.${NAME})*`;
const REFERENCE = new RegExp(String.raw`^\s*(${DOTTED})\s*(?::\s*(${DOTTED})\s*)?(?:\[[^\]]*\]\s*)?$`, 'u');

/**
 * Takes an object reference apart:
 * https://packaging.python.org/en/latest/specifications/entry-points/
 * @returns undefined when it is none
 */
export function parseReference(
  text: string,
): Pick<EntryPoint, 'reference' | 'module' | 'attribute'> | undefined {
  const [, module, attribute] = REFERENCE.exec(text) ?? [];
  if (module === undefined) return undefined;
  return { reference: attribute === undefined ? module : `${module}:${attribute}`, module, attribute };
}
