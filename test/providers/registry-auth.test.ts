import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerCredentials } from '../../src/providers/registry-auth.ts';
import { temporaryFolder } from '../temporary.ts';

const auth = (user: string, secret: string) => Buffer.from(`${user}:${secret}`).toString('base64');

function source(config: unknown, env: Record<string, string> = {}) {
  const home = temporaryFolder();
  mkdirSync(join(home, '.docker'));
  writeFileSync(
    join(home, '.docker/config.json'),
    typeof config === 'string' ? config : JSON.stringify(config),
  );
  const warnings: string[] = [];
  const ask = dockerCredentials({
    env: { HOME: home, ...env },
    onWarning: (message) => warnings.push(message),
  });
  return { ask, warnings };
}

/** A folder with a `docker-credential-NAME` that runs a shell script. */
function helper(name: string, script: string): string {
  const folder = temporaryFolder();
  const file = join(folder, `docker-credential-${name}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return `${folder}:/usr/bin:/bin`;
}

describe('docker login’s configuration', () => {
  it.each<[string, unknown, string, unknown]>([
    [
      'host',
      { auths: { 'r.example:5000': { auth: auth('me', 'p:w') } } },
      'r.example:5000',
      { username: 'me', secret: 'p:w' },
    ],
    [
      'address',
      { auths: { 'https://r.example/v2/': { auth: auth('me', 'pw') } } },
      'r.example',
      { username: 'me', secret: 'pw' },
    ],
    ['other host', { auths: { 'r.example': { auth: auth('me', 'pw') } } }, 'r.example:5000', undefined],
    [
      'hub',
      { auths: { 'https://index.docker.io/v1/': { auth: auth('me', 'pw') } } },
      'registry-1.docker.io',
      { username: 'me', secret: 'pw' },
    ],
    [
      'plain fields',
      { auths: { r: { username: 'me', password: 'pw' } } },
      'r',
      { username: 'me', secret: 'pw' },
    ],
    [
      'identity token',
      { auths: { r: { auth: auth('me', ''), identitytoken: 'tok' } } },
      'r',
      { username: '<token>', secret: 'tok' },
    ],
    ['emptied by a store', { auths: { r: {} } }, 'r', undefined],
    ['nothing', {}, 'r', undefined],
  ])('%s', async (_what, config, host, expected) => {
    const { ask, warnings } = source(config);
    expect(await ask(host)).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  it('is looked for in DOCKER_CONFIG first, and may be missing', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ auths: { r: { auth: auth('other', 'pw') } } }),
    );
    const { ask } = source({ auths: { r: { auth: auth('me', 'pw') } } }, { DOCKER_CONFIG: folder });
    expect(await ask('r')).toEqual({ username: 'other', secret: 'pw' });
    const missing = source({}, { DOCKER_CONFIG: join(folder, 'nothing') });
    expect(await missing.ask('r')).toBeUndefined();
    expect(missing.warnings).toEqual([]);
  });

  it('that cannot be read is said without quoting it', async () => {
    const { ask, warnings } = source('{"auths": {"r": {"auth": "c2VjcmV0OnNlY3JldA=="');
    expect(await ask('r')).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/config\.json cannot be read/)]);
    expect(warnings[0]).not.toContain('c2Vj');
  });
});

describe('credential helpers', () => {
  it('are asked by the host on their standard input', async () => {
    const script =
      'read host; test "$1" = get || exit 9; printf \'{"ServerURL":"%s","Username":"me","Secret":"for %s"}\' "$host" "$host"';
    const { ask } = source(
      { credsStore: 'none-such', credHelpers: { 'r.example': 'fake' } },
      { PATH: helper('fake', script) },
    );
    expect(await ask('r.example')).toEqual({ username: 'me', secret: 'for r.example' });
  });

  it('are asked for the hub by the name it is kept by', async () => {
    const script = 'read host; printf \'{"Username":"<token>","Secret":"%s"}\' "$host"';
    const { ask } = source({ credsStore: 'fake' }, { PATH: helper('fake', script) });
    expect(await ask('registry-1.docker.io')).toEqual({
      username: '<token>',
      secret: 'https://index.docker.io/v1/',
    });
  });

  it('may have none: what stands in the file counts then', async () => {
    const script = 'echo "credentials not found in native keychain"; exit 1';
    const { ask, warnings } = source(
      { credsStore: 'fake', auths: { r: { auth: auth('me', 'pw') } } },
      { PATH: helper('fake', script) },
    );
    expect(await ask('r')).toEqual({ username: 'me', secret: 'pw' });
    expect(warnings).toEqual([]);
  });

  it('that fail or are missing are named, and cannot be a path', async () => {
    const broken = source(
      { credsStore: 'fake' },
      { PATH: helper('fake', 'echo "SECRET leaked" >&2; exit 2') },
    );
    expect(await broken.ask('r')).toBeUndefined();
    expect(broken.warnings).toEqual(['docker-credential-fake gave no credentials for r']);
    const missing = source({ credsStore: 'none-such' }, { PATH: '/nonexistent' });
    expect(await missing.ask('r')).toBeUndefined();
    expect(missing.warnings).toHaveLength(1);
    const path = source({ credsStore: '../../evil' }, { PATH: '/nonexistent' });
    expect(await path.ask('r')).toBeUndefined();
  });
});
