import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * To be called before docker-modem is loaded, which loads an SSH client for `ssh://` addresses:
 * no address of ours is one, and it takes 30 ms of every build.
 */
export function leaveOutSsh(): void {
  const id = createRequire(require.resolve('docker-modem')).resolve('ssh2');
  require.cache[id] ??= { id, filename: id, loaded: true, exports: {} } as NodeJS.Module;
}
