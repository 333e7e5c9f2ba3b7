import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../user-cache.ts';

/** A document that is good to have and may be lost at any time. */
export interface Memory<Document> {
  recall(): Promise<Document | undefined>;
  /** Failing to is no error. */
  remember(document: Document): Promise<void>;
}

/**
 * @param kind folder in the user's cache
 * @param key hexadecimal digest of what the document is about
 */
export function openMemory<Document>(kind: string, key: string): Memory<Document> {
  const file = join(cacheFolder(), kind, `${key.replace(/^sha256:/, '').slice(0, 32)}.json`);
  return {
    async recall() {
      try {
        return JSON.parse(await readFile(file, 'utf8')) as Document;
      } catch {
        return undefined;
      }
    },
    async remember(document) {
      const draft = `${file}.${randomBytes(6).toString('hex')}`;
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await writeFile(draft, JSON.stringify(document), { mode: 0o600, flag: 'wx' });
        await rename(draft, file);
      } catch {
        await rm(draft, { force: true }).catch(() => undefined);
      }
    },
  };
}
