import { z } from 'zod';
import type { BuildPlan } from '../../plan/schema.ts';
import { AdditionsSchema } from './additions.ts';

/** The part of the plan's facts that is read back once it is built. */
const FactsSchema = z.object({
  smoke: z.object({
    arguments: z.array(z.string()),
    http: z.object({ path: z.string() }).nullable(),
    timeoutSeconds: z.number(),
    asked: z.boolean(),
  }),
  additions: AdditionsSchema,
  sourceRoots: z.array(z.string()),
  entry: z.looseObject({ kind: z.string() }),
  lock: z.enum(['given', 'resolve']),
});

export function readFacts({ facts }: BuildPlan): z.infer<typeof FactsSchema> {
  return FactsSchema.parse(facts);
}
