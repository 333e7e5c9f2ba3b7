import { posix } from 'node:path';
import type { Problem } from '../../errors.ts';
import type { Warning } from '../../events.ts';
import type { PythonModule } from '../../project/python/parse.ts';
import { unreadLine } from '../../project/python/unread.ts';
import type { ProjectTree } from '../../project/tree.ts';
import { findApps, type AppClass, type FoundApps } from './app-class.ts';
import { readEndpoints, type Endpoint } from './app-endpoints.ts';
import { readModule } from './app-file.ts';
import { checkImports } from './app-imports.ts';
import { checkLifecycle } from './app-lifecycle.ts';
import { requirementsOfApp, type ChosenRequirements } from './requirements.ts';
import { readClassBody } from './class-body.ts';
import { constantsBefore, readDecoratorArguments } from './decorator-list.ts';
import { bindingsOf } from './module-bindings.ts';
import { outlineOf, type TextEdit } from './outline.ts';

export type { ChosenRequirements } from './requirements.ts';

/** What the syntax tree of an app says. */
export interface JlserveApp {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly className: string;
  /** Of `class`. */
  readonly classLine: number;
  /** As jlserve would call it; undefined when only running the module can tell. */
  readonly name: string | undefined;
  /** By name, as jlserve lists them. */
  readonly endpoints: readonly Endpoint[];
  readonly requirements: ChosenRequirements;
  /** What the steps of the build have no need of; see `outlineOf`. */
  readonly outline: readonly TextEdit[];
}

export interface ReadApp {
  /** Present when it is certain which class it is, also with problems. */
  readonly app?: JlserveApp;
  /** All at once, in the order in which jlserve would come upon them. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/**
 * Reads an app without running it, with everything that is surely wrong with it. What only an
 * import can tell is left to the import in the container.
 * @param options.root the project's folder, absolute
 * @param options.file the app's file, relative to it
 * @param options.baseMayProvide true when the base image was chosen by the user and may hold
 *   packages of its own
 */
export async function readJlserveApp(options: {
  readonly root: string;
  readonly file: string;
  readonly tree: ProjectTree;
  readonly baseMayProvide?: boolean;
}): Promise<ReadApp> {
  const { tree, root } = options;
  const file = posix.normalize(options.file);
  const read = readModule(tree, file);
  if ('problem' in read) return { problems: [read.problem], warnings: [] };
  const { module } = read;
  const found = findApps(module);
  const [app] = found.apps;
  if (!app) return { problems: noApp(module, found), warnings: [] };

  const lookup = constantsBefore(module, app, (name) => isLocal(tree, file, name));
  const decorator = readDecoratorArguments(module, app, lookup);
  const body = readClassBody(module, app);
  const view = { module, app, body, lookup, bindings: bindingsOf(module) };
  const { endpoints, problems } = readEndpoints(view);
  const whole = unreadLine(module) === undefined;
  const choice = await requirementsOfApp({ root, file, source: module.source, decorator });
  // Whether a list that can't be read names a module, nobody knows.
  const imports =
    decorator.problems.length > 0
      ? { problems: [], warnings: [] }
      : checkImports(tree, module, choice, options.baseMayProvide ?? false);
  return {
    app: {
      file,
      className: app.name,
      classLine: app.line,
      name: decorator.name,
      endpoints,
      requirements: choice.requirements,
      outline: isRegularFile(tree, file) ? outlineOf(view) : [],
    },
    problems: [
      ...severalApps(module, found.apps),
      ...notCalled(module, found),
      ...(whole ? [...problems, ...checkLifecycle(view)] : []),
      ...choice.problems,
      ...imports.problems,
    ],
    warnings: [...choice.warnings, ...imports.warnings],
  };
}

/** Of a link nothing can be left out. */
function isRegularFile(tree: ProjectTree, file: string): boolean {
  return tree.files.some(({ kind, path }) => kind === 'file' && path === file);
}

function noApp(module: PythonModule, found: FoundApps): Problem[] {
  if (found.bare.length > 0) return notCalled(module, found);
  const line = unreadLine(module);
  if (line !== undefined) {
    return [
      {
        code: 'JLSERVE_NO_APP',
        message: 'No app found; a statement of the file is too long to be read here',
        hint: 'write it in parts, each with a name of its own',
        location: { file: module.file, line },
      },
    ];
  }
  return [
    {
      code: 'JLSERVE_NO_APP',
      message: 'No app found. Did you decorate a class with @jlserve.app()?',
      hint: `import jlserve, and write @jlserve.app() above a class at the top level of ${module.file}`,
      location: { file: module.file },
    },
  ];
}

/** `@jlserve.app` alone hands it the class as the app's name, and registers nothing. */
function notCalled(module: PythonModule, { bare }: FoundApps): Problem[] {
  return bare.map(({ name, line }) => ({
    code: 'JLSERVE_NO_APP',
    message: `No app found. @jlserve.app of class ${name} must be called`,
    hint: 'write it with parentheses: @jlserve.app()',
    location: { file: module.file, line },
  }));
}

function severalApps(module: PythonModule, [first, ...others]: readonly AppClass[]): Problem[] {
  if (!first) return [];
  return others.map((other) => {
    const location = { file: module.file, line: other.line };
    const sure = !first.conditional && !other.conditional;
    return {
      code: 'JLSERVE_SEVERAL_APPS',
      message: sure
        ? `Only one @jlserve.app() class is allowed per module. Found existing app '${first.name}' and attempted to register '${other.name}'. For ML inference use cases, deploy each model as a separate app.`
        : `Only running the file can tell whether its app is '${first.name}' (line ${first.line}) or '${other.name}' (line ${other.line})`,
      hint: sure
        ? `move ${other.name} into a file of its own; the app in line ${first.line} stays`
        : 'decorate one class only, and choose within it',
      location,
    };
  });
}

/** Whether `from NAME import *` brings names of the project's own. */
function isLocal(tree: ProjectTree, file: string, name: string): boolean {
  if (name.startsWith('.')) return true;
  const path = posix.join(posix.dirname(file), name.split('.')[0] ?? '');
  return tree.files.some((each) => each.path === `${path}.py` || each.path.startsWith(`${path}/`));
}
