import type { ContentWarning } from '../target.ts';
import { linesFor, type Remedy } from './additions.ts';
import type { FreezeReport } from './report.ts';

/**
 * What only running the program showed. It is in the executable; the lines say how to have it
 * there without a run.
 */
export function foundByTrace({ found, own }: FreezeReport): ContentWarning[] {
  const remedies = [...modules(found.hiddenImports), ...files(found.lacking, new Set(own))];
  return remedies.map((remedy) => {
    const { spec, option } = linesFor(remedy);
    return {
      code: 'PYINSTALLER_FOUND',
      message: `no import names ${remedy.name}, but the program loads it when it runs: added`,
      hint: `to have it without a run: ${option} (in a spec: ${spec})`,
    };
  });
}

/** Of a package and its modules only the first: its own imports bring the others. */
function modules(names: readonly string[]): Remedy[] {
  const all = new Set(names);
  return names
    .filter((name) => !name.includes('.') || !all.has(name.slice(0, name.lastIndexOf('.'))))
    .map((name) => ({ kind: 'hiddenImports', name }));
}

function files(lacking: FreezeReport['found']['lacking'], own: ReadonlySet<string>): Remedy[] {
  const seen = new Map<string, Remedy>();
  for (const [source, folder] of lacking) {
    const remedy = remedyFor(source, folder, own);
    seen.set(`${remedy.kind} ${remedy.name}`, remedy);
  }
  return [...seen.values()];
}

function remedyFor(source: string, folder: string, own: ReadonlySet<string>): Remedy {
  const [top = ''] = folder.split('/');
  const distribution = /^(.+)-[^-]+\.dist-info$/.exec(top)?.[1];
  if (distribution !== undefined) return { kind: 'copyMetadata', name: distribution.replaceAll('_', '-') };
  if (top !== '.' && !own.has(top)) return { kind: 'collectData', name: top };
  const name = source.slice(source.lastIndexOf('/') + 1);
  return { kind: 'data', name: folder === '.' ? name : `${folder}/${name}` };
}
