import type { ContextEntry } from '../../context/entry.ts';
import { type SendCounts, sendEntries } from '../fsutil/sender.ts';
import { select } from '../fsutil/select.ts';
import type { Metadata, StreamHandler } from '../grpc/server.ts';
import { CODE, GrpcError } from '../grpc/status.ts';

export const FILE_SYNC = '/moby.filesync.v1.FileSync/DiffCopy';

export interface FileSyncOptions {
  /** Folders by the name that the frontend asks for: `context`, `dockerfile`. */
  readonly folders: ReadonlyMap<string, readonly ContextEntry[]>;
  readonly onProgress: (folder: string, counts: SendCounts, done: boolean) => void;
  /** Hears of a failure on this side, which the daemon could only report as text. */
  readonly onFailure: (error: unknown) => void;
}

/** Sends our files to the daemon (moby/buildkit, session/filesync/filesync.go). */
export function fileSync({ folders, onProgress, onFailure }: FileSyncOptions): StreamHandler {
  return async (call) => {
    const name = call.metadata.get('dir-name')?.[0] ?? '';
    const entries = folders.get(name);
    if (!entries) {
      call.stream.resume();
      throw new GrpcError(CODE.notFound, `no access allowed to dir "${name}"`);
    }
    try {
      const selected = select(entries, {
        include: values(call.metadata, 'include-patterns'),
        exclude: values(call.metadata, 'exclude-patterns'),
        follow: values(call.metadata, 'followpaths'),
      });
      const counts = await sendEntries(call, selected, (now) => onProgress(name, now, false));
      onProgress(name, counts, true);
      call.finish();
    } catch (error) {
      onFailure(error);
      throw error;
    }
  };
}

/** Values are query-escaped when a sibling header says so: HTTP headers are ASCII. */
function values(metadata: Metadata, key: string): readonly string[] {
  const raw = metadata.get(key) ?? [];
  const encoded = ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(metadata.get(`${key}-encoded`)?.[0] ?? '');
  return encoded ? raw.map((value) => decodeURIComponent(value.replaceAll('+', ' '))) : raw;
}
