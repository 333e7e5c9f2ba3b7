import { problem } from '../errors.ts';
import type { Target } from './target.ts';

/** Every target, loaded only when it is asked for. */
const TARGETS: Readonly<Record<string, () => Promise<Target>>> = {
  flash: async () => (await import('./flash/index.ts')).flash,
  pyinstaller: async () => (await import('./pyinstaller/index.ts')).pyinstaller,
  jlserve: async () => (await import('./jlserve/index.ts')).jlserve,
};

export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS);

/** @throws OvenbirdError `TARGET_UNKNOWN` */
export async function loadTarget(name: string): Promise<Target> {
  const load = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  if (load) return load();
  throw problem('TARGET_UNKNOWN', `there is no target ${JSON.stringify(name)}`, {
    hint: `choose one of: ${TARGET_NAMES.map((each) => `--target ${each}`).join(', ')}`,
  });
}
