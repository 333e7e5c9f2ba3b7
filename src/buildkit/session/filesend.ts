import type { ServerCall, StreamHandler } from '../grpc/server.ts';

export const FILE_SEND = '/moby.filesync.v1.FileSend/DiffCopy';

/** Takes a result that the daemon sends; resolves with its bytes when all is on disk. */
export type ResultReceiver = (call: ServerCall) => Promise<number>;

export interface FileSend {
  readonly handler: StreamHandler;
  /** Bytes received so far; undefined when the daemon has sent no result. */
  readonly received: () => Promise<number> | undefined;
}

/** Receives the result of one exporter (moby/buildkit, session/filesync: SyncTarget). */
export function fileSend(receive: ResultReceiver, onFailure: (error: unknown) => void): FileSend {
  let received: Promise<number> | undefined;
  return {
    received: () => received,
    async handler(call) {
      if (received) throw new Error('the result was sent twice');
      received = receive(call);
      try {
        await received;
      } catch (error) {
        onFailure(error);
        throw error;
      }
      call.finish();
    },
  };
}
