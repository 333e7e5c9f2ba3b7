import { problem } from '../errors.ts';
import { DOCKERFILE_GRAMMAR } from '../plan/grammar.ts';

export interface RenderOptions {
  /** The text of `dockerfiles/<target>/Dockerfile`, with `{{name}}` where a value goes. */
  readonly template: string;
  /** Image reference for `{{base}}`. */
  readonly base: string;
  /** Image references for placeholders of their own. */
  readonly images?: Readonly<Record<string, string>>;
  /** For `{{platform}}`. */
  readonly platform: string;
  /** Stage names for the other placeholders. */
  readonly stages: Readonly<Record<string, string>>;
}

/**
 * Plan → Dockerfile text: a pure function of its options.
 * @throws OvenbirdError `DOCKERFILE_UNSAFE_VALUE` for a value outside its grammar
 */
export function renderDockerfile(options: RenderOptions): string {
  const values = valuesOf(options);
  return options.template.replaceAll(/\{\{([a-z]+)\}\}/g, (_placeholder, name: string) => {
    const entry = values.get(name);
    if (!entry) throw problem('PLAN_INVALID', `the Dockerfile template asks for an unknown value: ${name}`);
    if (!DOCKERFILE_GRAMMAR[entry.grammar].test(entry.value)) {
      throw problem(
        'DOCKERFILE_UNSAFE_VALUE',
        `${JSON.stringify(entry.value)} cannot stand in a Dockerfile as its ${name}`,
        {
          hint:
            name === 'base' ? 'give an image reference: --base python:3.12-slim-bookworm' : `check --${name}`,
        },
      );
    }
    return entry.value;
  });
}

interface Value {
  readonly value: string;
  readonly grammar: keyof typeof DOCKERFILE_GRAMMAR;
}

function valuesOf({ base, images = {}, platform, stages }: RenderOptions): ReadonlyMap<string, Value> {
  const all: (readonly [string, Value])[] = [
    ['base', { value: base, grammar: 'image' }],
    ['platform', { value: platform, grammar: 'platform' }],
    ...Object.entries(images).map(([name, value]) => [name, { value, grammar: 'image' }] as const),
    ...Object.entries(stages).map(([name, value]) => [name, { value, grammar: 'stage' }] as const),
  ];
  const values = new Map(all);
  if (values.size === all.length) return values;
  const twice = all.map(([name]) => name).filter((name, index, names) => names.indexOf(name) < index);
  throw problem(
    'PLAN_INVALID',
    `two values of the plan have one place in the Dockerfile: ${twice.join(', ')}`,
  );
}
