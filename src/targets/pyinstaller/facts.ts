import { z } from 'zod';
import type { BuildPlan } from '../../plan/schema.ts';
import { AdditionsSchema } from './additions.ts';
import { SYSTEMS, type System } from './system.ts';

const SystemFactsSchema = z.object({
  additions: AdditionsSchema,
  lock: z.enum(['given', 'resolve']),
});

/** The part of the plan's facts that is read back once it is built. */
const FactsSchema = z.object({
  smoke: z.object({
    arguments: z.array(z.string()),
    http: z.object({ path: z.string() }).nullable(),
    timeoutSeconds: z.number(),
    asked: z.boolean(),
  }),
  /** By system, of those that are built. */
  systems: z.partialRecord(z.enum(SYSTEMS), SystemFactsSchema),
  sourceRoots: z.array(z.string()),
  entry: z.looseObject({ kind: z.string() }),
});

export type Facts = z.infer<typeof FactsSchema>;

export function readFacts({ facts }: BuildPlan): Facts {
  return FactsSchema.parse(facts);
}

/** The systems that a plan builds for, in the order of `SYSTEMS`. */
export function systemsOf({ systems }: Facts): readonly System[] {
  return SYSTEMS.filter((system) => systems[system] !== undefined);
}
