import { quote } from 'shlex';
import { readBytes } from '../../project/read-bytes.ts';
import { findFile } from '../../project/find-file.ts';
import { normaliseName } from '../../project/pep508.ts';
import type { ProjectTree } from '../../project/tree.ts';
import type { Problem } from '../../errors.ts';
import { fileEntry, readEntryFile, specEntry, type SearchedProject } from './entry-file.ts';
import { functionEntry } from './entry-reference.ts';
import type { Sought } from './entry.ts';
import { folderOf, HERE, inFolder, isIdentifier, nameOf } from './layout.ts';
import type { ProjectScript } from './project-commands.ts';
import { hasMainGuard } from './running.ts';

/** Undefined: nothing of this kind; the next is tried. */
type Found = Sought | undefined;

/** What a project says of what it runs, the plainest first. */
export function searchEntry(project: SearchedProject): Sought {
  const { table } = project;
  return (
    onlySpec(project.tree) ??
    scriptOf(project, table.scripts) ??
    scriptOf(project, table.guiScripts) ??
    mainOfPackage(project) ??
    mainOfFolder(project) ??
    guardedScript(project, HERE) ??
    usualScript(project, HERE) ??
    guardedScript(project, 'src') ??
    usualScript(project, 'src') ??
    nothing(project)
  );
}

/** Specs of PyInstaller's in the project's own folder; RPM has files of this name, too. */
export function specsOf(tree: ProjectTree): string[] {
  return tree.files
    .filter(({ path }) => folderOf(path) === HERE && path.endsWith('.spec'))
    .filter(({ path }) => {
      const file = findFile(tree, path);
      const text = (file && readBytes(file))?.toString('latin1') ?? '';
      return /^[^#\n]*\bAnalysis\s*\(/m.test(text);
    })
    .map(({ path }) => path);
}

function onlySpec(tree: ProjectTree): Found {
  const specs = specsOf(tree);
  const [only, second] = specs;
  if (only === undefined) return undefined;
  if (second === undefined) return specEntry(tree, only, 'the only spec in the project');
  return several('several specs are here', specs);
}

function scriptOf(project: SearchedProject, scripts: readonly ProjectScript[]): Found {
  const { name = '' } = project.table;
  const named = scripts.find((each) => normaliseName(each.name) === normaliseName(name));
  const [first, second] = scripts;
  const chosen = second === undefined ? first : named;
  if (first === undefined) return undefined;
  if (!chosen) {
    return several(
      `several commands are in ${first.table} of pyproject.toml: ${scripts.map((each) => each.name).join(', ')}`,
      scripts.map(({ reference }) => reference),
    );
  }
  const { reference, table, line } = chosen;
  return functionEntry(project, {
    text: reference,
    called: `the command ${chosen.name} = ${JSON.stringify(reference)}`,
    why: `${chosen.name} in ${table} of pyproject.toml`,
    location: { file: 'pyproject.toml', line },
  });
}

/** `pkg/__main__.py`, `src/pkg/__main__.py` */
function mainOfPackage(project: SearchedProject): Found {
  const { layout, table } = project;
  const folders = [...(layout.hasSrc() ? layout.foldersIn('src') : []), ...layout.foldersIn(HERE)];
  const mains = folders
    .filter((folder) => folder !== 'src' && isIdentifier(nameOf(folder)))
    .map((folder) => inFolder(folder, '__main__.py'))
    .filter((file) => layout.has(file));
  const [only, second] = mains;
  if (only === undefined) return undefined;
  const name = normaliseName(table.name ?? '');
  const chosen =
    second === undefined ? only : mains.find((file) => normaliseName(nameOf(folderOf(file))) === name);
  if (chosen === undefined) return several('several packages have a __main__.py', mains.map(folderOf));
  return fileEntry(project, chosen, 'a package with a __main__.py');
}

/** `python .` and `python src` would run these. */
function mainOfFolder(project: SearchedProject): Found {
  const file = ['__main__.py', 'src/__main__.py'].find((each) => project.layout.has(each));
  return file === undefined ? undefined : fileEntry(project, file, 'the __main__.py of the project');
}

/** Scripts that stand beside a program and are not it. */
const BESIDE = /^(?:setup|conftest|noxfile|tasks|fabfile|dodo|build|test_.*|.*_test)\.py$/;

function guardedScript(project: SearchedProject, folder: string): Found {
  const guarded = project.layout.pythonIn(folder).filter((file) => {
    if (BESIDE.test(nameOf(file))) return false;
    const read = readEntryFile(project.tree, file);
    return 'module' in read ? hasMainGuard(read.module) : looksGuarded(project.tree, file);
  });
  const [only, second] = guarded;
  if (only === undefined) return undefined;
  if (second === undefined) {
    return fileEntry(project, only, 'the only script with if __name__ == "__main__"');
  }
  return usualScript(project, folder) ?? several('several scripts have if __name__ == "__main__"', guarded);
}

/** Of a file that does not parse: if it is the one, its mistake is told. */
function looksGuarded(tree: ProjectTree, path: string): boolean {
  const file = findFile(tree, path);
  const text = (file && readBytes(file))?.toString('latin1') ?? '';
  return /^if\s+\(?\s*__name__\s*==\s*['"]__main__['"]/m.test(text);
}

function usualScript(project: SearchedProject, folder: string): Found {
  const names = ['main.py', 'app.py'].map((name) => inFolder(folder, name));
  const file = names.find((each) => project.layout.has(each));
  return file === undefined ? undefined : fileEntry(project, file, 'the usual name of what runs');
}

/** So many are shown. */
const MOST = 6;

function several(message: string, entries: readonly string[]): Sought {
  const shown = entries.slice(0, MOST).map((each) => `--entry ${quote(each)}`);
  const hint = `say which: ${shown.join(', ')}${entries.length > MOST ? ', …' : ''}`;
  return { problems: [noEntry(`which of them is the executable? ${message}`, hint)] };
}

function nothing({ layout, tree }: SearchedProject): Sought {
  const guarded = layout.python.filter((file) => !BESIDE.test(nameOf(file)) && looksGuarded(tree, file));
  const candidates =
    guarded.length > 0 ? guarded : layout.pythonIn(HERE).filter((file) => !BESIDE.test(nameOf(file)));
  const message =
    layout.python.length === 0
      ? 'nothing here is Python: there is no file to make an executable of'
      : 'nothing says what the executable runs';
  const shown = candidates.slice(0, MOST).map((file) => `--entry ${quote(file)}`);
  const folders = layout.roots().flatMap((root) => layout.foldersIn(root));
  const first = folders.find((folder) => layout.isPackage(folder));
  const forms = [
    `--entry ${first === undefined ? 'package' : nameOf(first)}.module:function`,
    '--entry script.py',
  ];
  return { problems: [noEntry(message, `say it: ${(shown.length > 0 ? shown : forms).join(', ')}`)] };
}

function noEntry(message: string, hint: string): Problem {
  return { code: 'PYINSTALLER_NO_ENTRY', message, hint };
}
