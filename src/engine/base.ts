import type { ImageInspectInfo } from 'dockerode';
import { problem, type OvenbirdError } from '../errors.ts';
import type { EventSink } from '../events.ts';
import { getJson, type EngineConnection } from './connection.ts';
import { askRegistry, platformName, type RegistryAnswer } from './registry.ts';
import { openRegistryMemory, type RegistryMemory } from './registry-memory.ts';

export interface BaseQuestion {
  readonly docker: EngineConnection;
  /** The image to build from. */
  readonly reference: string;
  /** `linux/amd64`. */
  readonly platform: string;
  /** A local image that may serve where no registry can be reached. */
  readonly standIn?: string | undefined;
  /** True: no option names another image in its place, so that none is proposed. */
  readonly fixed?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: EventSink;
  readonly memory?: RegistryMemory;
}

export interface ChosenBase {
  /** What stands in the Dockerfile. */
  readonly reference: string;
  /** `sha256:…` of the image's configuration, for an image in the engine's own store. */
  readonly id?: string;
  /** `sha256:…` of its manifest, where the registry said it. */
  readonly digest?: string;
}

/** With a stand-in at hand a silent registry is not waited for as long. Milliseconds. */
const LIMIT_MS = { withStandIn: 3000, alone: 10_000 } as const;

/**
 * Decides which image a build starts from: the one that was asked for when the engine has it
 * or can get it, else the local stand-in. BuildKit pulls; here nothing is downloaded.
 * @throws OvenbirdError `BASE_IMAGE_UNAVAILABLE` with what to type
 */
export async function ensureBase(question: BaseQuestion): Promise<ChosenBase> {
  const { reference, platform, standIn, onEvent } = question;
  // Both at once: the second answer is needed wherever no registry is.
  const [local, substitute] = await Promise.all([
    findLocal(question, reference),
    standIn === undefined ? undefined : findLocal(question, standIn),
  ]);
  if (local && fits(local.platform, platform)) return { reference, id: local.id };
  if (local) {
    const message = `the local image ${reference} is for ${local.platform}, not for ${platform}: asking its registry`;
    onEvent({ type: 'note', message });
  }
  const usable = substitute && fits(substitute.platform, platform) ? substitute : undefined;
  const answer = await ask(question, usable !== undefined);
  if (answer.kind === 'private') return { reference };
  if (answer.kind === 'there') {
    refuseMissingPlatform(question, answer.platforms);
    return answer.digest === '' ? { reference } : { reference, digest: answer.digest };
  }
  if (answer.kind === 'unreachable' && standIn !== undefined && usable) {
    onEvent({
      type: 'note',
      message: `no registry can be reached for ${reference}: building in ${standIn}, made on this machine`,
    });
    return { reference: standIn, id: usable.id };
  }
  throw unavailable(question, answer);
}

interface LocalImage {
  readonly id: string;
  readonly platform: string;
}

async function findLocal(
  { docker, signal }: Pick<BaseQuestion, 'docker' | 'signal'>,
  reference: string,
): Promise<LocalImage | undefined> {
  try {
    const image: ImageInspectInfo & { Variant?: string | undefined } = await getJson(docker, {
      path: `/images/${reference}/json`,
      statusCodes: { 200: true, 404: 'no such image', 500: 'server error' },
    });
    const { Id: id, Os: os, Architecture: architecture, Variant: variant = '' } = image;
    return { id, platform: platformName({ os, architecture, variant }) };
  } catch (thrown) {
    signal?.throwIfAborted();
    if ((thrown as { statusCode?: number } | null)?.statusCode === 404) return undefined;
    throw problem('ENGINE_PROTOCOL', `the engine could not say whether it has ${reference}`, {
      hint: 'run it again',
      cause: thrown,
    });
  }
}

/** Variants count only where both name one; `arm64` and `arm64/v8` are the same. */
function fits(has: string, wanted: string): boolean {
  const [os, architecture, variant] = has.split('/');
  const [wantedOs, wantedArchitecture, wantedVariant] = wanted.split('/');
  if (os !== wantedOs || architecture !== wantedArchitecture) return false;
  if (architecture === 'arm64' || !variant || !wantedVariant) return true;
  return variant === wantedVariant;
}

async function ask(question: BaseQuestion, hasStandIn: boolean): Promise<RegistryAnswer> {
  const { docker, reference, signal } = question;
  const memory = question.memory ?? openRegistryMemory();
  const key = `${engineName(docker)} ${reference} ${question.platform}`;
  const known = await memory.recall(key);
  if (known?.kind === 'there') return { kind: 'there', digest: known.digest ?? '', platforms: [] };
  // Without a stand-in a build would fail on hearsay: ask again.
  if (known?.kind === 'unreachable' && hasStandIn) return { kind: 'unreachable', why: 'not a moment ago' };
  const limitMs = hasStandIn ? LIMIT_MS.withStandIn : LIMIT_MS.alone;
  const answer = await askRegistry({ docker, reference, limitMs, signal });
  if (answer.kind === 'unreachable') await memory.remember(key, { kind: 'unreachable' });
  const usable = answer.kind === 'there' && offers(answer.platforms, question.platform);
  if (usable) await memory.remember(key, { kind: 'there', digest: answer.digest });
  return answer;
}

function offers(platforms: readonly string[], wanted: string): boolean {
  return platforms.length === 0 || platforms.some((each) => fits(each, wanted));
}

function refuseMissingPlatform(question: BaseQuestion, platforms: readonly string[]): void {
  const { reference, platform, fixed = false } = question;
  if (offers(platforms, platform)) return;
  throw problem('BASE_IMAGE_UNAVAILABLE', `the image ${reference} does not exist for ${platform}`, {
    hint: fixed
      ? 'name another platform: --platform OS/ARCH'
      : 'name another image or platform: --base IMAGE, --platform OS/ARCH',
    detail: `it exists for ${platforms.join(', ')}`,
  });
}

function unavailable(
  { reference, platform, fixed = false }: BaseQuestion,
  answer: Extract<RegistryAnswer, { kind: 'absent' | 'unreachable' }>,
): OvenbirdError {
  const message =
    answer.kind === 'absent'
      ? `the base image ${reference} does not exist`
      : `the base image ${reference} is not on this engine, and its registry cannot be reached from it`;
  const another = fixed
    ? `give this name to an image that the engine has: docker tag IMAGE ${reference}`
    : `name ${answer.kind === 'absent' ? 'another image' : 'an image that the engine has'}: --base IMAGE`;
  const hint =
    answer.kind === 'absent' ? another : `docker pull --platform ${platform} ${reference}, or ${another}`;
  return problem('BASE_IMAGE_UNAVAILABLE', message, { hint, detail: answer.why });
}

/** Tells engines apart in the memory. */
function engineName(docker: EngineConnection): string {
  const { socketPath, host, port } = docker.modem as unknown as {
    socketPath?: string;
    host?: string;
    port?: number;
  };
  return socketPath ?? `${host ?? ''}:${port ?? ''}`;
}
