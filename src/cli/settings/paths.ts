import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { OptionValue } from '../parsed-arguments.ts';
import { ALL_TARGET_OPTIONS } from '../target-options/target-options.ts';
import { settingsProblem, type FoundSetting, type FoundSettings } from './found.ts';
import { KNOWN } from './known.ts';

/**
 * Paths of a file begin at the project's folder, wherever the command was typed; those of
 * variables, like typed ones, where it was.
 * @param root the project's folder, absolute
 */
export function placePaths(setting: FoundSetting, root: string, target: string | undefined): FoundSettings {
  const { key, value, origin } = setting;
  if (origin.location === undefined) return { found: [setting], problems: [] };
  if (key === 'secret') return placeSecrets(setting, root);
  if (KNOWN.get(key)?.path !== true || typeof value !== 'string') return { found: [setting], problems: [] };
  const named = ALL_TARGET_OPTIONS.find((each) => each.target === target)?.namesOutput === true;
  const isName = key === 'output' && named && !value.includes('/') && !value.includes(sep);
  return { found: [{ ...setting, value: isName ? value : fromRoot(root, value) }], problems: [] };
}

/**
 * A secret's file is the project's own: else a project that somebody downloaded could ask for
 * their keys.
 */
function placeSecrets(setting: FoundSetting, root: string): FoundSettings {
  const { origin } = setting;
  const problems: FoundSettings['problems'][number][] = [];
  const value = textsOf(setting.value).map((text) =>
    text
      .split(',')
      .map((field) => {
        const [, name, path] = /^(src|source)=(.+)$/.exec(field) ?? [];
        if (name === undefined || path === undefined) return field;
        const absolute = resolve(root, path);
        const inside = relative(root, absolute);
        if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
          const line = origin.itemLines?.get(text) ?? origin.location?.line;
          const location = origin.location && { ...origin.location, ...(line === undefined ? {} : { line }) };
          problems.push(
            settingsProblem(
              'secret names a file that is not in the project',
              'name a variable, secret = ["id=NAME"], or type it: --secret id=NAME,src=FILE',
              location,
            ),
          );
        }
        return `${name}=${absolute}`;
      })
      .join(','),
  );
  return { found: [{ ...setting, value }], problems };
}

function textsOf(value: OptionValue): readonly string[] {
  return typeof value === 'boolean' ? [] : typeof value === 'string' ? [value] : value;
}

/** A slash at the end says that a folder is meant, which `resolve` would take away. */
function fromRoot(root: string, path: string): string {
  return path.endsWith('/') ? `${resolve(root, path)}/` : resolve(root, path);
}
