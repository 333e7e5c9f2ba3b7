import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../user-cache.ts';

/**
 * Remembers for a short while what an engine learned of an image's registry, so that a build
 * does not ask each time. Only ever a shortcut: losing it costs a question.
 */
export interface RegistryMemory {
  recall(key: string): Promise<Remembered | undefined>;
  remember(key: string, answer: Omit<Remembered, 'at'>): Promise<void>;
}

export interface Remembered {
  readonly kind: 'there' | 'unreachable';
  readonly digest?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A network that is down may be up again soon; a tag moves seldom. Milliseconds. */
const LIFETIME = { unreachable: 5 * 60_000, there: 60 * 60_000 } as const;

export function openRegistryMemory(folder: string = cacheFolder()): RegistryMemory {
  const file = join(folder, 'registries.json');
  return {
    async recall(key) {
      const entry = (await load(file))[key];
      if (entry === undefined) return undefined;
      const age = Date.now() - entry.at;
      return age >= 0 && age < LIFETIME[entry.kind] ? entry : undefined;
    },
    remember(key, answer) {
      writing = writing.then(() => remember(file, key, answer));
      return writing;
    },
  };
}

/** Images are asked for at the same time, and one's answer must not undo another's. */
let writing: Promise<void> = Promise.resolve();

async function remember(file: string, key: string, answer: Omit<Remembered, 'at'>): Promise<void> {
  try {
    const entries = { ...(await load(file)), [key]: { ...answer, at: Date.now() } };
    await mkdir(dirname(file), { recursive: true });
    // Whole or not at all: two builds may write at once.
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, JSON.stringify(entries));
    await rename(draft, file);
  } catch {
    // A home that cannot be written to: nothing is remembered.
  }
}

async function load(file: string): Promise<Record<string, Remembered>> {
  try {
    const document: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof document !== 'object' || document === null) return {};
    return Object.fromEntries(Object.entries(document).filter(([, value]) => isRemembered(value)));
  } catch {
    return {};
  }
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, at, digest } = value as Record<string, unknown>;
  const kinds = kind === 'there' || kind === 'unreachable';
  return kinds && typeof at === 'number' && (digest === undefined || typeof digest === 'string');
}
