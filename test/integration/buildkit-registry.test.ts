import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findEngine } from '../../src/engine/find.ts';
import { dockerProvider } from '../../src/providers/docker.ts';
import { inMemory } from '../buildkit/fake-daemon.ts';
import { temporaryFolder } from '../temporary.ts';
import { build, freshKey, removeImageLater } from './buildkit-fixtures.ts';
import { dockerAt } from '../engine-cache.ts';
import { testEngines } from './engines.ts';
import { REGISTRY, startRegistry, USER } from './registry.ts';

describe.skipIf(REGISTRY === '').each(testEngines())('private registry and Engine $name', ({ address }) => {
  it(
    'pulls with the credentials of docker login, and says what to do without',
    { timeout: 60_000 },
    async () => {
      const { host: registry } = await startRegistry();
      const reference = `${registry}/private/image:${randomBytes(4).toString('hex')}`;
      await push(address, reference);
      const engine = await findEngine({ address });

      const run = async (config: object) => {
        const folder = temporaryFolder();
        writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
        const output = temporaryFolder();
        const provider = dockerProvider({ engine, env: { DOCKER_CONFIG: folder } });
        await provider.build({
          dockerfile: `FROM ${reference} AS base\nFROM scratch\nCOPY --from=base /a.txt /\n`,
          context: { entries: [], sharedKey: freshKey() },
          platform: 'linux/amd64',
          secrets: new Map(),
          output: { type: 'folder', folder: output },
          titles: new Map(),
          noCache: false,
          signal: new AbortController().signal,
          onEvent: () => undefined,
        });
        return readFileSync(join(output, 'a.txt'), 'utf8');
      };

      const wrong = Buffer.from('somebody:wrong').toString('base64');
      for (const config of [{}, { auths: { [registry]: { auth: wrong } } }]) {
        await expect(run(config)).rejects.toMatchObject({
          code: 'BASE_IMAGE_UNAVAILABLE',
          message: `the image ${reference} cannot be had`,
          hint: expect.stringContaining(`docker login ${registry}`),
        });
      }
      const right = Buffer.from(`${USER.username}:${USER.password}`).toString('base64');
      expect(await run({ auths: { [registry]: { auth: right } } })).toBe(reference);
    },
  );
});

/** Makes an image, pushes it and forgets it, so that only the registry has it. */
async function push(address: string, reference: string): Promise<void> {
  const docker = dockerAt(address);
  removeImageLater(docker, reference);
  await build(address, {
    dockerfile: 'FROM scratch\nCOPY a.txt /\n',
    entries: [inMemory('a.txt', reference)],
    output: { type: 'image', name: reference, labels: {} },
  });
  const image = docker.getImage(reference);
  const stream = await image.push({ authconfig: { ...USER, serveraddress: reference.split('/')[0] ?? '' } });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, output: { error?: string }[]) => {
      const failed = error?.message ?? output.find((line) => line.error)?.error;
      if (failed) reject(new Error(failed));
      else resolve();
    });
  });
  await image.remove({ force: true });
}
