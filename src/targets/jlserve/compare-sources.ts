import type { Problem } from '../../errors.ts';
import type { Warning } from '../../events.ts';
import { areDisjoint } from '../../project/pep440.ts';
import { normaliseName, parseRequirement } from '../../project/pep508.ts';
import type { LockedPackage } from '../../project/uv-lock.ts';
import { PROVIDED_PACKAGES } from './provided.ts';
import type { RequirementEntry, RequirementSource } from './requirement-entries.ts';

interface Asked {
  readonly specifier: string;
  /** As it is shown. */
  readonly requirement: string;
  readonly place: RequirementEntry | undefined;
}

/**
 * Packages of which the chosen source and another one surely ask for different versions.
 * @param locked what `uv.lock` pins, when there is one: for the packages that
 *   `pyproject.toml` names it is one more thing that they say
 */
export function contradictions(
  winner: RequirementSource,
  others: readonly RequirementSource[],
  locked: readonly LockedPackage[],
): Problem[] {
  const chosen = askedBy(winner, []);
  return others.flatMap((other) => {
    const said = askedBy(other, other.source === 'uv.lock' ? locked : []);
    return Array.from(chosen).flatMap(([name, entries]) =>
      entries.flatMap((mine): Problem[] => {
        const against = said.get(name)?.find((theirs) => areDisjoint(mine.specifier, theirs.specifier));
        if (!against || !mine.place) return [];
        const { file, line } = mine.place;
        const where = against.place ? `${against.place.file}:${against.place.line}` : 'uv.lock';
        return [
          {
            code: 'REQUIREMENTS_INVALID',
            message: `${file}:${line} asks for ${mine.requirement}, and ${where} for ${against.requirement}`,
            hint: `make them agree, or name ${name} in one place only`,
            location: { file, line },
          },
        ];
      }),
    );
  });
}

/** What depends on a marker or an address is left to the resolver. */
function askedBy(source: RequirementSource, locked: readonly LockedPackage[]): Map<string, Asked[]> {
  const found = new Map<string, Asked[]>();
  for (const place of source.entries) {
    const parsed = parseRequirement(place.requirement);
    if (!parsed || parsed.url !== undefined || parsed.marker !== undefined) continue;
    const { name, specifier } = parsed;
    const pins = locked.filter((each) => normaliseName(each.name) === name);
    const [pin, another] = pins;
    found.set(name, [
      ...(found.get(name) ?? []),
      { specifier, requirement: place.requirement, place },
      // Several versions are for several platforms.
      ...(pin && !another
        ? [{ specifier: `==${pin.version}`, requirement: `${name}==${pin.version}`, place: undefined }]
        : []),
    ]);
  }
  return found;
}

/** Names in sources that lost, which the chosen one lacks: they will not be there. */
export function unused(winner: RequirementSource, others: readonly RequirementSource[]): Warning[] {
  const chosen = namesOf(winner);
  return others.flatMap((other): Warning[] => {
    const lacking = [...namesOf(other)].filter((name) => !chosen.has(name) && !PROVIDED_PACKAGES.has(name));
    const [first] = other.entries;
    if (lacking.length === 0 || !first) return [];
    return [
      {
        type: 'warning',
        code: 'JLSERVE_REQUIREMENTS_UNUSED',
        message: `${lacking.join(', ')} in ${first.file} ${lacking.length === 1 ? 'is' : 'are'} not asked for: the requirements come from ${winner.label}`,
        hint: `add what the app needs there, or keep one of the two`,
        location: { file: first.file, line: first.line },
      },
    ];
  });
}

function namesOf(source: RequirementSource): Set<string> {
  return new Set(source.entries.flatMap((entry) => parseRequirement(entry.requirement)?.name ?? []));
}
