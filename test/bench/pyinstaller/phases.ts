import { execa } from 'execa';
import { median } from '../figures.ts';

/** Seconds by what they went into; outline and trace run at the same time. */
export type Phases = ReadonlyMap<string, number>;

interface Heard {
  readonly at: number;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Runs `ovenbird …` with its events as JSON: wall time of the whole process, and its phases. */
export async function runOvenbird(
  argv: readonly string[],
): Promise<{ readonly seconds: number; readonly phases: Phases }> {
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  const process_ = execa(process.execPath, [...argv, '--progress', 'json']);
  const heard: Heard[] = [];
  for await (const line of process_.iterable({ from: 'stderr' }))
    if (line.startsWith('{')) heard.push({ ...(JSON.parse(line) as { type: string }), at: elapsed() });
  await process_;
  const seconds = elapsed();
  return { seconds, phases: phasesOf(heard, seconds) };
}

function phasesOf(heard: readonly Heard[], seconds: number): Phases {
  const at = (is: (event: Heard) => boolean): number | undefined => heard.find(is)?.at;
  const note = (words: RegExp) => at(({ type, message }) => type === 'note' && words.test(String(message)));
  const steps = heard.filter(({ type }) => type === 'step-finished');
  const phases = new Map<string, number>();
  const add = (name: string, from: number | undefined, to: number | undefined): void => {
    if (from !== undefined && to !== undefined) phases.set(name, Math.max(0, to - from));
  };
  const planned = note(/^dependencies are /);
  const connected = note(/^builds on /);
  add('until planned', 0, planned);
  add('until connected', 0, connected);
  const first = at(({ type }) => type === 'step-started');
  add('bases', Math.max(planned ?? 0, connected ?? 0), first);
  const sent = steps.find(({ step }) => step === 'context')?.at;
  const begun = at(({ type, step }) => type === 'step-started' && step !== 'context');
  add('send', first, begun ?? sent);
  for (const { step, durationMs, cached } of steps) {
    const name = String(step).replace('stage:', '');
    if (cached !== true && name !== 'context' && !isDist(step)) phases.set(name, Number(durationMs) / 1000);
  }
  const receiving = at(({ type, step }) => type === 'step-started' && isDist(step));
  const built = steps.findLast(({ step }) => !isDist(step))?.at;
  const placed = at(({ type }) => type === 'artifact');
  add('results', built, receiving ?? placed);
  add('receive', receiving, placed);
  add('end', placed, seconds);
  return phases;
}

function isDist(step: unknown): boolean {
  return String(step).startsWith('stage:dist-');
}

/** The median of each phase. */
export function medianPhases(all: readonly Phases[]): Phases {
  const names = new Set(all.flatMap((phases) => [...phases.keys()]));
  return new Map(
    [...names].map((name) => [name, median(all.flatMap((phases) => phases.get(name) ?? []))] as const),
  );
}

export function inWords(phases: Phases): string {
  return [...phases].map(([name, seconds]) => `${name} ${seconds.toFixed(2)}`).join(', ');
}
