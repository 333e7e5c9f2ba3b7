import type { EventSink } from '../events.ts';
import type { Provider } from './provider.ts';

export interface OpenOptions {
  /** `--engine`; found out when absent. */
  readonly engine?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
}

/** Opens the place where a build runs. Only the local engine so far. */
export async function openProvider(options: OpenOptions): Promise<Provider> {
  const { environment: env = process.env, signal } = options;
  const [{ dockerProvider }, { findEngine }] = await Promise.all([
    import('./docker.ts'),
    import('../engine/find.ts'),
  ]);
  const engine = await findEngine({ address: options.engine, env, signal });
  options.onEvent({ type: 'note', message: `builds on ${engine.product} ${engine.version} (${engine.how})` });
  return dockerProvider({ engine, env });
}
