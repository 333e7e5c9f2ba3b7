import { type OvenbirdError, problem } from '../errors.ts';
import { StepFailure } from '../failure/step-failure.ts';
import {
  exitStatusIn,
  imageIn,
  isCancelled,
  isDiskFull,
  isImageUnknown,
  isUnauthorized,
  parseErrorLine,
  withoutWrapping,
} from './daemon-messages.ts';
import { findInstruction } from './dockerfile-lines.ts';
import { type ErrorDetails, parseErrorDetails } from './error-details.ts';
import { CODE, type GrpcError } from './grpc/status.ts';
import type { Vertex } from './progress/vertexes.ts';

export interface FailureContext {
  readonly error: GrpcError;
  readonly vertexes: Iterable<Vertex>;
  readonly dockerfile: string;
  /** The stage that a vertex belongs to. */
  readonly stageOf: (vertex: Vertex) => string | undefined;
  readonly titles: ReadonlyMap<string, string>;
}

/** Turns the daemon's error into one that says what failed and what to do. */
export function explainFailure(context: FailureContext): StepFailure | OvenbirdError {
  const { error } = context;
  const details = error.rawDetails ? parseErrorDetails(error.rawDetails) : {};
  const vertex = failedVertex(context, details);
  const message = withoutWrapping(error.message);
  if (error.code === CODE.unavailable) {
    return problem('ENGINE_UNREACHABLE', message, {
      hint: 'is the engine still running? docker version',
      cause: error,
    });
  }
  if (isDiskFull(error.message)) {
    return problem('ENGINE_DISK_FULL', 'the engine has no disk space left', {
      hint: 'docker builder prune, or docker system df to see what takes it',
      detail: message,
      cause: error,
    });
  }
  const image = vertex ? imageIn(vertex.name) : imageIn(error.message);
  if (image !== undefined) return imageFailure(image, error);
  if (vertex?.parsed.kind === 'instruction') return stepFailure(context, vertex, details);
  const line = details.lines?.first ?? parseErrorLine(error.message);
  if (line !== undefined) {
    return problem('INTERNAL', `the engine refuses the Dockerfile: ${message}`, {
      location: { file: 'Dockerfile', line },
      hint: 'this is a defect of ovenbird; ovenbird dockerfile prints the file',
      cause: error,
    });
  }
  return problem('ENGINE_PROTOCOL', `the engine failed: ${message}`, { cause: error });
}

/** By its digest where the daemon names it; steps that were stopped with it do not count. */
function failedVertex({ error, vertexes }: FailureContext, details: ErrorDetails): Vertex | undefined {
  const failed = [...vertexes].filter((vertex) => vertex.error !== '');
  return (
    failed.find((vertex) => vertex.digest === details.vertex) ??
    failed.find((vertex) => error.message.includes(vertex.error)) ??
    failed.find((vertex) => !isCancelled(vertex.error))
  );
}

function stepFailure(context: FailureContext, vertex: Vertex, details: ErrorDetails): StepFailure {
  const stage = context.stageOf(vertex);
  const { instruction } = vertex.parsed;
  const found = findInstruction(context.dockerfile, {
    ...(stage === undefined ? {} : { stage }),
    ...(instruction === undefined ? {} : { instruction }),
  });
  // The typed range stops at the first line of a continued instruction's last part.
  const lines = found ? { first: found.first, last: found.last } : details.lines;
  const exitStatus = details.exitStatus ?? exitStatusIn(context.error.message) ?? exitStatusIn(vertex.error);
  const title = (stage === undefined ? undefined : context.titles.get(stage)) ?? vertex.name;
  return new StepFailure({
    message:
      exitStatus === undefined
        ? withoutWrapping(context.error.message)
        : `${title}: exit status ${exitStatus}`,
    stage,
    title,
    lines: vertex.tail.lines.filter((text, index, all) => text !== '' || all[index - 1] !== ''),
    dockerfileLines: lines,
    exitStatus,
  });
}

function imageFailure(image: string, error: GrpcError): OvenbirdError {
  const host = image.split('/')[0] ?? '';
  const login = host === 'docker.io' ? 'docker login' : `docker login ${host}`;
  const hint = isUnauthorized(error.message)
    ? `${login}, if the image is private; else check its name`
    : isImageUnknown(error.message)
      ? 'check the name, or choose another: --base IMAGE'
      : `docker pull ${image}, to see whether the registry can be reached`;
  return problem('BASE_IMAGE_UNAVAILABLE', `the image ${image} cannot be had`, {
    hint,
    detail: withoutWrapping(error.message),
    cause: error,
  });
}
