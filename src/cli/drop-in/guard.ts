/**
 * What was handed over on the way here, in the environment of the program that got it. A
 * program that comes back to us under the same name would otherwise get it again, for ever.
 */
export const GUARD = 'OVENBIRD_HANDOVER';

type Environment = Readonly<Record<string, string | undefined>>;

export interface HandedOver {
  readonly name: string;
  /** The program it was handed to. */
  readonly path: string;
}

export function readGuard(env: Environment): readonly HandedOver[] {
  return (env[GUARD] ?? '').split('\n').flatMap((line) => {
    const at = line.indexOf('=');
    return at === -1 ? [] : [{ name: line.slice(0, at), path: line.slice(at + 1) }];
  });
}

/** The environment for the next program. */
export function withGuard(env: Environment, next: HandedOver): Environment {
  const lines = [...readGuard(env), next].map(({ name, path }) => `${name}=${path}`);
  return { ...env, [GUARD]: lines.join('\n') };
}
