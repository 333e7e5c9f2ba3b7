import { problem } from '../errors.ts';
import { DOCKERFILE_GRAMMAR } from '../plan/grammar.ts';

export interface RenderOptions {
  /** The text of `dockerfiles/<target>/Dockerfile`, with `{{name}}` where a value goes. */
  readonly template: string;
  /** Image reference for `{{base}}`. */
  readonly base: string;
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
  const values = new Map<string, { value: string; grammar: RegExp }>([
    ['base', { value: options.base, grammar: DOCKERFILE_GRAMMAR.image }],
    ['platform', { value: options.platform, grammar: DOCKERFILE_GRAMMAR.platform }],
  ]);
  for (const [name, value] of Object.entries(options.stages)) {
    values.set(name, { value, grammar: DOCKERFILE_GRAMMAR.stage });
  }
  return options.template.replaceAll(/\{\{([a-z]+)\}\}/g, (_placeholder, name: string) => {
    const entry = values.get(name);
    if (!entry) throw problem('PLAN_INVALID', `the Dockerfile template asks for an unknown value: ${name}`);
    if (!entry.grammar.test(entry.value)) {
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
