import { resolve, sep } from 'node:path';
import { leadsInto } from '../../project/within.ts';
import type { OptionValue } from '../parsed-arguments.ts';
import { ALL_TARGET_OPTIONS } from '../target-options/target-options.ts';
import { settingsProblem, type FoundSetting, type FoundSettings } from './found.ts';
import { KNOWN } from './known.ts';
import { variableOf } from './variables.ts';

/**
 * Paths of a file begin at the project's folder, wherever the command was typed; those of
 * variables, like typed ones, where it was.
 * @param root the project's folder, absolute
 */
export function placePaths(setting: FoundSetting, root: string, target: string | undefined): FoundSettings {
  const { key, value, origin } = setting;
  const path = KNOWN.get(key)?.path;
  if (origin.location === undefined) return { found: [setting], problems: [] };
  if (key === 'secret') return placeSecrets(setting, root);
  if (path === undefined || typeof value !== 'string') return { found: [setting], problems: [] };
  const named = ALL_TARGET_OPTIONS.find((each) => each.target === target)?.namesOutput === true;
  if (key === 'output' && named && !value.includes('/') && !value.includes(sep)) {
    return { found: [setting], problems: [] };
  }
  const found = [{ ...setting, value: fromRoot(root, value) }];
  if (path === 'read' || leadsInto(root, resolve(root, value))) return { found, problems: [] };
  const message = `${key} ${JSON.stringify(value)} is not in the project`;
  return { found, problems: [settingsProblem(message, elsewhere(key), origin.location)] };
}

function elsewhere(key: string): string {
  return `name a place in it; or type it, --${key}, or set the variable ${variableOf(key)}`;
}

/**
 * A secret's file is the project's own: else a project that somebody downloaded could ask for
 * their keys.
 */
function placeSecrets(setting: FoundSetting, root: string): FoundSettings {
  const placed = textsOf(setting.value).map((text) => placeSecret(text, root));
  const { location, itemLines } = setting.origin;
  const problems = placed
    .filter(({ isInside }) => !isInside)
    .map(({ given }) => {
      const line = itemLines?.get(given) ?? location?.line;
      return settingsProblem(
        'secret names a file that is not in the project',
        'name a variable, secret = ["id=NAME"], or type it: --secret id=NAME,src=FILE',
        location && { ...location, ...(line === undefined ? {} : { line }) },
      );
    });
  return { found: [{ ...setting, value: placed.map(({ text }) => text) }], problems };
}

interface PlacedSecret {
  readonly given: string;
  readonly text: string;
  readonly isInside: boolean;
}

/** `id=NAME,src=FILE` with the file from the project's folder on. */
function placeSecret(given: string, root: string): PlacedSecret {
  let isInside = true;
  const fields = given.split(',').map((field) => {
    const [, name, path] = /^(src|source)=(.+)$/.exec(field) ?? [];
    if (name === undefined || path === undefined) return field;
    const absolute = resolve(root, path);
    isInside &&= leadsInto(root, absolute);
    return `${name}=${absolute}`;
  });
  return { given, text: fields.join(','), isInside };
}

function textsOf(value: OptionValue): readonly string[] {
  return typeof value === 'boolean' ? [] : typeof value === 'string' ? [value] : value;
}

/** A slash at the end says that a folder is meant, which `resolve` would take away. */
function fromRoot(root: string, path: string): string {
  return path.endsWith('/') ? `${resolve(root, path)}/` : resolve(root, path);
}
