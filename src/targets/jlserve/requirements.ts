import { join, posix } from 'node:path';
import {
  chooseRequirements,
  type ChosenRequirements as Chosen,
  type RequirementChoice as Choice,
} from '../../project/requirement-sources/choose.ts';
import type { DecoratorArguments } from './decorator-list.ts';
import { PROVIDED_PACKAGES } from './provided.ts';

export type ChosenRequirements = Chosen<'decorator'>;
export type RequirementChoice = Choice<'decorator'>;

/**
 * Decides what the app's requirements are: the decorator's list, the PEP 723 header,
 * `requirements.txt`, `pyproject.toml` with `uv.lock`, in this order.
 * @param options.root the project's folder, absolute
 * @param options.file the app's file, relative to it; the other sources lie beside it
 */
export function requirementsOfApp(options: {
  readonly root: string;
  readonly file: string;
  readonly source: string;
  readonly decorator: DecoratorArguments;
}): Promise<RequirementChoice> {
  const { root, file, source, decorator } = options;
  return chooseRequirements({
    root: join(root, posix.dirname(file)),
    first: {
      source: 'decorator',
      label: `@jlserve.app(requirements=[…]) (${file}:${decorator.line})`,
      entries: decorator.requirements,
      problems: decorator.problems,
    },
    script: { file, source },
    order: ['script', 'requirements.txt', 'pyproject.toml'],
    warningCode: 'JLSERVE_REQUIREMENTS_UNUSED',
    provided: PROVIDED_PACKAGES,
    without: 'nothing but jlserve itself is installed',
  });
}
