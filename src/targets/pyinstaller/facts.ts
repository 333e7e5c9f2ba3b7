import type { BuildPlan } from '../../plan/schema.ts';
import type { Additions } from './additions.ts';
import type { Smoke } from './smoke.ts';
import { SYSTEMS, type System } from './system.ts';

/** The part of the plan's facts that is read back once it is built. */
export interface Facts {
  readonly smoke: Smoke;
  /** By system, of those that are built. */
  readonly systems: Readonly<Partial<Record<System, SystemFacts>>>;
  readonly sourceRoots: readonly string[];
  readonly entry: { readonly kind: string };
}

export interface SystemFacts {
  readonly additions: Additions;
  readonly lock: 'given' | 'resolve';
}

/** As `planPyinstaller` made them, in this very process: they came in from nowhere. */
export function readFacts({ facts }: BuildPlan): Facts {
  return facts as unknown as Facts;
}

/** The systems that a plan builds for, in the order of `SYSTEMS`. */
export function systemsOf({ systems }: Facts): readonly System[] {
  return SYSTEMS.filter((system) => systems[system] !== undefined);
}
