import { readFile } from 'node:fs/promises';
import type { FoundEngine } from '../../engine/find.ts';
import { NO_ENGINE, type Check } from './check.ts';

const TARGET = 'amd64';

export const engineFound: Check = {
  id: 'engine',
  title: 'Docker engine',
  run: async ({ engine }) => {
    if ('error' in engine) {
      const { problems, message, hint } = engine.error;
      return {
        status: 'fail',
        message,
        details: problems[0].detail?.split('\n') ?? [],
        ...(hint === undefined ? {} : { remedy: hint }),
      };
    }
    const { product, version, apiVersion, address, how, tried } = engine.found;
    return {
      status: 'ok',
      message: `${product} ${version} (API ${apiVersion}) at ${address}, found through ${how}`,
      details: tried.map((each) => `before it: ${each.address} (${each.how}): ${each.why}`),
    };
  },
};

export const enginePlatform: Check = {
  id: 'platform',
  title: 'Platform',
  run: async ({ engine }) => {
    if ('error' in engine) return NO_ENGINE;
    const { os, arch } = engine.found;
    if (arch === TARGET) return { status: 'ok', message: `${os}/${arch}: linux/amd64 runs natively` };
    const emulated = await canEmulate(engine.found);
    if (emulated !== false) {
      const sure = emulated === undefined ? 'should be' : 'is';
      return { status: 'warn', message: `${os}/${arch}: linux/amd64 ${sure} emulated, several times slower` };
    }
    return {
      status: 'fail',
      message: `${os}/${arch}: nothing here runs linux/amd64`,
      remedy: 'docker run --privileged --rm tonistiigi/binfmt --install amd64',
    };
  },
};

/** Undefined where it cannot be seen from here: the engine is in a virtual machine. */
async function canEmulate({ endpoint }: FoundEngine): Promise<boolean | undefined> {
  if (process.platform !== 'linux' || endpoint.kind !== 'socket') return undefined;
  for (const name of ['qemu-x86_64', 'rosetta', 'FEX-x86_64']) {
    const text = await readFile(`/proc/sys/fs/binfmt_misc/${name}`, 'utf8').catch(() => '');
    if (text.startsWith('enabled')) return true;
  }
  return false;
}
