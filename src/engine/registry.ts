import { getJson, type EngineConnection } from './connection.ts';

/** What the engine learned when it asked an image's registry. */
export type RegistryAnswer =
  | { readonly kind: 'there'; readonly digest: string; readonly platforms: readonly string[] }
  /** The registry answered: no such image. */
  | { readonly kind: 'absent'; readonly why: string }
  /** It wants credentials; BuildKit brings the user's. */
  | { readonly kind: 'private' }
  | { readonly kind: 'unreachable'; readonly why: string };

export interface RegistryQuestion {
  readonly docker: EngineConnection;
  readonly reference: string;
  /** Milliseconds; a registry that says nothing for so long counts as unreachable. */
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Distribution {
  readonly Descriptor?: { readonly digest?: string };
  readonly Platforms?: readonly {
    readonly os?: string;
    readonly architecture?: string;
    readonly variant?: string;
  }[];
}

/**
 * Lets the engine ask the registry for an image's manifest (`GET /distribution/…/json`). The
 * engine's view is the one that counts: proxies, mirrors and certificates are set there.
 */
export async function askRegistry(question: RegistryQuestion): Promise<RegistryAnswer> {
  const { docker, reference, limitMs, signal } = question;
  const limit = AbortSignal.timeout(limitMs);
  try {
    const found = await distribution(docker, reference, signal ? AbortSignal.any([limit, signal]) : limit);
    return {
      kind: 'there',
      digest: found.Descriptor?.digest ?? '',
      platforms: (found.Platforms ?? []).map(platformName),
    };
  } catch (thrown) {
    signal?.throwIfAborted();
    if (limit.aborted) return { kind: 'unreachable', why: `no answer within ${limitMs / 1000} s` };
    return classify(thrown);
  }
}

/** `linux/arm64/v8` and the like, from the three fields. */
export function platformName(fields: {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
}): string {
  return [fields.os, fields.architecture, fields.variant].filter(Boolean).join('/');
}

function distribution(
  docker: EngineConnection,
  reference: string,
  abortSignal: AbortSignal,
): Promise<Distribution> {
  return getJson(docker, {
    path: `/distribution/${reference}/json`,
    abortSignal,
    statusCodes: { 200: true, 401: 'unauthorized', 403: 'denied', 404: 'not found', 500: 'server error' },
  });
}

function classify(thrown: unknown): RegistryAnswer {
  const status = (thrown as { statusCode?: number } | null)?.statusCode;
  const why = engineWords(thrown);
  if (status === 401 || status === 403) return { kind: 'private' };
  if (status === 404 || /manifest unknown|name unknown|not found/i.test(why)) {
    return { kind: 'absent', why };
  }
  return { kind: 'unreachable', why };
}

/** The engine's own sentence, without dockerode's frame around it. */
function engineWords(thrown: unknown): string {
  const inner = (thrown as { json?: { message?: unknown } } | null)?.json?.message;
  if (typeof inner === 'string') return inner;
  return thrown instanceof Error ? thrown.message : String(thrown);
}
