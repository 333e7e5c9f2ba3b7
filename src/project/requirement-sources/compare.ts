import type { Problem } from '../../errors.ts';
import type { Warning } from '../../events.ts';
import { areDisjoint } from '../pep440.ts';
import { normaliseName, parseRequirement } from '../pep508.ts';
import type { RequirementEntry, RequirementSource } from './entries.ts';

type Source = RequirementSource<string>;

interface Asked {
  readonly specifier: string;
  /** As it is shown. */
  readonly requirement: string;
  /** None where `uv.lock` pins it. */
  readonly place: RequirementEntry | undefined;
}

/** Packages of which the chosen source and another one surely ask for different versions. */
export function contradictions(winner: Source, others: readonly Source[]): Problem[] {
  const chosen = askedBy(winner);
  return others.flatMap((other) => {
    const said = askedBy(other);
    return Array.from(chosen).flatMap(([name, entries]) =>
      entries.flatMap((mine): Problem[] => {
        const against = said.get(name)?.find((theirs) => areDisjoint(mine.specifier, theirs.specifier));
        const location = placeOf(mine) ?? (against && placeOf(against));
        if (!against || !location) return [];
        return [
          {
            code: 'REQUIREMENTS_INVALID',
            message: `${shownPlace(mine)} asks for ${mine.requirement}, and ${shownPlace(against)} for ${against.requirement}`,
            hint: `make them agree, or name ${name} in one place only`,
            location,
          },
        ];
      }),
    );
  });
}

function placeOf({ place }: Asked): { readonly file: string; readonly line: number } | undefined {
  return place && { file: place.file, line: place.line };
}

function shownPlace({ place }: Asked): string {
  return place ? `${place.file}:${place.line}` : 'uv.lock';
}

/** What depends on a marker or an address is left to the resolver. */
function askedBy({ entries, locked = [] }: Source): Map<string, Asked[]> {
  const found = new Map<string, Asked[]>();
  for (const place of entries) {
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

/**
 * Names in sources that lost, which the chosen one lacks: they will not be there.
 * @param options.code the warning's
 * @param options.provided normalised names of packages that are there in any case
 */
export function unused(
  winner: Source,
  others: readonly Source[],
  options: { readonly code: string; readonly provided: ReadonlySet<string> },
): Warning[] {
  const chosen = new Set([
    ...options.provided,
    ...namesOf(winner),
    ...(winner.locked ?? []).map((each) => normaliseName(each.name)),
  ]);
  return others.flatMap((other): Warning[] => {
    const lacking = [...namesOf(other)].filter((name) => !chosen.has(name));
    const [first] = other.entries;
    if (lacking.length === 0 || !first) return [];
    return [
      {
        type: 'warning',
        code: options.code,
        message: `${lacking.join(', ')} in ${first.file} ${lacking.length === 1 ? 'is' : 'are'} not asked for: the requirements come from ${winner.label}`,
        hint: `add what the app needs there, or keep one of the two`,
        location: { file: first.file, line: first.line },
      },
    ];
  });
}

function namesOf(source: Source): Set<string> {
  return new Set(source.entries.flatMap((entry) => parseRequirement(entry.requirement)?.name ?? []));
}
