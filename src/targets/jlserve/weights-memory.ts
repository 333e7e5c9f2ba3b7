import { digestOf } from '../../plan/canonical.ts';
import { openMemory } from '../../project/memory.ts';
import type { WeightsPart } from './report.ts';

/** Of what the weights were made last time, to say why they were made again. */
interface Remembered {
  readonly key: string;
  readonly parts: readonly WeightsPart[];
}

/** Places worth naming; the rest is counted. */
const NAMED = 3;

/**
 * Remembers what the weights of an app were made of.
 * @param app.ran whether the download ran in this build; what the engine had is only remembered
 * @param now its key and parts in this build
 * @returns `weights re-run: REVISION changed (app.py:12)` when they differ from last time's
 */
export async function explainRerun(
  app: { readonly root: string; readonly file: string; readonly ran: boolean },
  now: Remembered,
): Promise<string | undefined> {
  const memory = openMemory<Remembered>('weights', digestOf([app.root, app.file]));
  const before = await memory.recall();
  await memory.remember(now);
  if (before === undefined || !app.ran) return undefined;
  const changes = differences(before.parts, now.parts);
  if (before.key === now.key && changes.length === 0) return undefined;
  const shown = changes.slice(0, NAMED).join(', ');
  const more = changes.length > NAMED ? ` and ${changes.length - NAMED} more` : '';
  return `weights re-run: ${shown === '' ? 'what they are made by changed' : `${shown}${more}`}`;
}

/** What the download depends on besides its code: the image that it runs in. */
export function surroundingParts(facts: {
  readonly base: string;
  readonly python: string;
  readonly platform: string;
  readonly apt: readonly string[];
}): WeightsPart[] {
  return [
    { name: 'Python', digest: facts.python },
    { name: 'the platform', digest: facts.platform },
    { name: 'the base image', digest: facts.base },
    ...[...new Set(facts.apt)].sort().map((name) => ({ name: `--apt ${name}`, digest: name })),
  ];
}

function differences(before: readonly WeightsPart[], now: readonly WeightsPart[]): string[] {
  const old = new Map(before.map((part) => [id(part), part]));
  const fresh = new Map(now.map((part) => [id(part), part]));
  return [
    ...now
      .filter((part) => old.get(id(part))?.digest !== part.digest)
      .map((part) => `${part.name} ${old.has(id(part)) ? 'changed' : 'is new'}${place(part)}`),
    ...before
      .filter((part) => !fresh.has(id(part)))
      .map((part) => `${part.name} is gone${part.file ? ` (${part.file})` : ''}`),
  ];
}

function id({ file = '', name }: WeightsPart): string {
  return `${file}\0${name}`;
}

function place({ name, file, line }: WeightsPart): string {
  if (!file || file === name) return '';
  return line ? ` (${file}:${line})` : ` (${file})`;
}
