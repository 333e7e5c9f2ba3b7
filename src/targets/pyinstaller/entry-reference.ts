import { quote } from 'shlex';
import { nearest } from '../../nearest.ts';
import type { Location } from '../../errors.ts';
import { functionMistake } from './entry-function.ts';
import { fileEntry, invalidEntry, readEntryFile, type SearchedProject } from './entry-file.ts';
import type { Sought } from './entry.ts';
import { folderOf, inFolder, isIdentifier, stemOf } from './layout.ts';
import { findModule, moduleNames, modulePlace, type ModuleFile } from './module-place.ts';

/** `pkg.mod:func`, `pkg.mod:Class.method`; what stands in brackets behind is pip's business. */
const REFERENCE = /^\s*([^\s:[]+)\s*:\s*([^\s:[]+)\s*(?:\[[^\]]*\]\s*)?$/;

/** A function or a module as somebody named it, and who. */
export interface NamedReference {
  readonly text: string;
  /** `--entry "pkg:main"`, `the script my-app`: how a problem begins. */
  readonly called: string;
  readonly why: string;
  readonly location?: Location;
  /** Where the module is, when that is known. */
  readonly place?: ModuleFile;
}

/** True for what can only be a reference: a path has no such colon. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}

/** `pkg.mod:func`: the module must be the project's, and have the function. */
export function functionEntry(project: SearchedProject, reference: NamedReference): Sought {
  const [, module = '', name = ''] = REFERENCE.exec(reference.text.normalize('NFKC')) ?? [];
  if (![...module.split('.'), ...name.split('.')].every(isIdentifier)) {
    return refuse(
      reference,
      ' is not in the form package.module:function',
      'for example: --entry package.cli:main',
    );
  }
  const place = reference.place ?? findModule(project.layout, module);
  if (!place) return missingModule(project, reference, module, name);
  const { file, root } = place;
  if (!project.layout.has(file)) {
    const says = `: ${module} is a folder without an __init__.py, and has no functions`;
    return refuse(reference, says, `name a module in it: --entry ${module}.cli:${name}`);
  }
  const read = readEntryFile(project.tree, file);
  if ('problem' in read) return { problems: [read.problem] };
  const mistake = functionMistake(read.module, name);
  if (!mistake) {
    const ownName = module.split('.')[0] ?? module;
    return {
      found: { entry: { kind: 'function', module, function: name }, ownName, root, why: reference.why },
    };
  }
  const { says, line, meant } = mistake;
  if (line !== undefined) {
    const hint = 'name a function that takes no arguments and is not async, and have it call this one';
    return refuse({ ...reference, location: { file, line } }, `: ${says}`, hint);
  }
  const hint =
    meant === undefined
      ? `name a function of ${file}, or run the file itself: --entry ${module}`
      : `did you mean: --entry ${module}:${meant}`;
  return refuse(reference, `: ${file} ${says}`, hint);
}

/** `pkg`, `pkg.mod`: run as `python -m` does it. */
export function moduleEntry(project: SearchedProject, reference: NamedReference): Sought {
  const { text: module, why } = reference;
  const place = module.split('.').every(isIdentifier) ? findModule(project.layout, module) : undefined;
  if (!place) return missingModule(project, reference, module);
  return place.isPackage
    ? packageEntry(project, folderOf(place.file), reference)
    : fileEntry(project, place.file, why);
}

/** A folder with a `__main__.py`. */
export function packageEntry(project: SearchedProject, folder: string, reference: NamedReference): Sought {
  const { layout } = project;
  const main = inFolder(folder, '__main__.py');
  if (layout.has(main)) return fileEntry(project, main, reference.why);
  const stems = layout.pythonIn(folder).map(stemOf);
  const likely = ['cli', 'main', 'app', 'server', 'run'].find((each) => stems.includes(each));
  const file = inFolder(folder, `${likely ?? 'cli'}.py`);
  const place = modulePlace(layout, file, false);
  const hint =
    likely === undefined || place
      ? `name a module or a function of it: --entry ${place?.module ?? 'package.cli'}, --entry ${place?.module ?? 'package.cli'}:main`
      : `name the file that runs: --entry ${quote(file)}`;
  return refuse(reference, ' has no __main__.py, so nothing says what runs', hint);
}

function missingModule(
  project: SearchedProject,
  reference: NamedReference,
  module: string,
  name?: string,
): Sought {
  const meant = nearest(module, moduleNames(project.layout));
  const hint =
    meant === undefined
      ? 'name a module or a file of the project: --entry package.cli:main, --entry tool.py'
      : `did you mean: --entry ${meant}${name === undefined ? '' : `:${name}`}`;
  const says =
    name === undefined
      ? ' is neither a file nor a module of the project'
      : `: there is no module ${module} in the project`;
  return refuse(reference, says, hint);
}

function refuse({ called, location }: NamedReference, says: string, hint: string): Sought {
  return { problems: [invalidEntry(called + says, hint, location)] };
}
