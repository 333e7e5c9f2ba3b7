import { PassThrough } from 'node:stream';
import { problem } from '../errors.ts';
import { createContainer, removeContainer, type ContainerOptions } from './create-container.ts';
import { untilAborted } from './until-aborted.ts';

export type { ContainerOptions, CopiedFolder } from './create-container.ts';

export interface ContainerResult {
  readonly exitStatus: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What of a program's output is kept, of its end. Bytes a stream. */
const KEPT_OUTPUT = 4 * 1024 * 1024;

/**
 * Runs one program in a fresh container and removes the container, whatever happens.
 * @throws OvenbirdError `BUILD_TIMEOUT` when the time limit ends it, the signal's reason
 *   when it is aborted; a program that fails is no error: look at `exitStatus`
 */
export async function runInContainer(options: ContainerOptions): Promise<ContainerResult> {
  const { docker, timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const container = await createContainer(options);
  const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const stdout = keepTail(KEPT_OUTPUT);
    const stderr = keepTail(KEPT_OUTPUT);
    docker.modem.demuxStream(stream, stdout.stream, stderr.stream);
    const ended = new Promise<void>((resolve) => {
      stream.once('end', resolve);
      stream.once('close', resolve);
      stream.once('error', () => resolve());
    });
    await container.start();
    const finished = container.wait() as Promise<{ StatusCode: number }>;
    const { StatusCode } = await untilAborted(finished, [signal, limit]);
    await untilAborted(ended, [signal, limit]);
    return { exitStatus: StatusCode, stdout: stdout.text(), stderr: stderr.text() };
  } catch (thrown) {
    signal?.throwIfAborted();
    if (!limit?.aborted) throw thrown;
    throw problem(
      'BUILD_TIMEOUT',
      `${options.cmd[0] ?? 'the program'} ran longer than ${(timeoutMs ?? 0) / 1000} s in its container`,
      {
        cause: thrown,
      },
    );
  } finally {
    await removeContainer(container);
  }
}

/** A stream that keeps the last bytes written to it. */
function keepTail(limit: number): { stream: PassThrough; text(): string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    while (size > limit && chunks.length > 1) size -= chunks.shift()?.length ?? 0;
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
