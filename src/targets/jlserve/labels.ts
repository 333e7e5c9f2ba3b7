import type { BuildPlan } from '../../plan/schema.ts';

export interface LabelFacts {
  readonly plan: BuildPlan;
  readonly name: string;
  /** The OpenAPI document, as text. */
  readonly openapi: string;
  /** Key of the weights. */
  readonly weights: string;
  readonly gpu: boolean;
}

/** The usual OCI labels, and what a platform wants to know without starting the image. */
export function imageLabels({ plan, name, openapi, weights, gpu }: LabelFacts): Record<string, string> {
  return {
    'org.opencontainers.image.title': name,
    'org.opencontainers.image.base.name': plan.base.reference,
    'dev.ovenbird.target': plan.target,
    'dev.ovenbird.python': plan.python,
    'dev.ovenbird.weights': weights,
    // Without line breaks and indentation: a label is for machines.
    'dev.ovenbird.openapi': JSON.stringify(JSON.parse(openapi)),
    ...(gpu ? { 'dev.ovenbird.gpu': 'required' } : {}),
  };
}
