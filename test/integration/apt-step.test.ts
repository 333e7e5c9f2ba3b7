import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CONTAINER_LABEL } from '../../src/engine/create-container.ts';
import { readVersions } from '../../src/versions.ts';
import { ROOT } from '../cli/run-cli.ts';
import { dockerAt } from '../engine-cache.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { ENGINE } from './jlserve-fixtures.ts';

test('a mirror that is not reached is told as that, not as a package that Debian does not have', async () => {
  const folder = temporaryFolder();
  const step = (path: string): string => readFileSync(join(ROOT, 'dockerfiles/shared', path), 'utf8');
  await writeFiles(folder, {
    'toolkit/main.py': step('steps/apt/main.py'),
    'toolkit/ob.py': step('ob.py'),
    'plan/request.json': '{"packages": ["binutils"]}',
  });
  const docker = dockerAt(ENGINE);
  const container = await docker.createContainer({
    Image: (await readVersions()).python['3.12']?.standIn ?? '',
    Cmd: ['python3', '/mnt/toolkit/main.py'],
    Labels: { [CONTAINER_LABEL]: 'test' },
    // Nobody listens there.
    Env: ['http_proxy=http://127.0.0.1:9', 'https_proxy=http://127.0.0.1:9'],
    HostConfig: {
      NetworkMode: 'none',
      Tmpfs: { '/mnt/tmp': '' },
      Binds: [`${folder}/toolkit:/mnt/toolkit:ro`, `${folder}/plan:/mnt/plan:ro`],
    },
  });
  onTestFinished(() => container.remove({ force: true, v: true }));
  await container.start();
  expect(await container.wait()).toEqual({ StatusCode: 1 });
  const said = (await container.logs({ stdout: true, stderr: true })).toString('utf8');
  const [, line = ''] = /ovenbird-error: (\{.*\})/.exec(said) ?? [];
  expect(JSON.parse(line)).toMatchObject({
    errors: [{ code: 'DEPENDENCY_DOWNLOAD_FAILED', message: 'apt-get could not install binutils' }],
  });
}, 60_000);
