import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from './settings/run.ts';

const WINDOWS = ['build', '--os', 'windows'];

test('typed, they are as they were typed', async () => {
  const typed = ['--sign', '../cert.pfx', '--sign-password-file', 'password', '--sign-timestamp', 'http://t'];
  const { options, stderr } = await run({ argv: [...WINDOWS, ...typed] });
  expect(stderr).toBe('');
  expect(options).toMatchObject({
    target: 'pyinstaller',
    targetOptions: { sign: '../cert.pfx', signPasswordFile: 'password', signTimestamp: 'http://t' },
  });
});

test('a file names a place in the project, a variable any', async () => {
  const toml =
    'target = "pyinstaller"\nos = "both"\n[pyinstaller]\nsign = "keys/cert.pfx"\nsign-password-file = "keys/p"';
  const { options, root } = await run({ argv: 'build', files: { 'ovenbird.toml': toml } });
  expect(options?.targetOptions).toMatchObject({
    sign: join(root, 'keys/cert.pfx'),
    signPasswordFile: join(root, 'keys/p'),
  });
  const env = { OVENBIRD_SIGN: '../cert.pfx', OVENBIRD_OS: 'windows', OVENBIRD_TARGET: 'pyinstaller' };
  const { options: set } = await run({ argv: 'build', env });
  expect(set?.targetOptions).toMatchObject({ sign: '../cert.pfx' });
  const outside = await run({ argv: WINDOWS, files: { 'ovenbird.toml': 'sign = "../cert.pfx"' } });
  expect(outside.stderr).toContain(
    '✗ ovenbird.toml:1: sign "../cert.pfx" is not in the project [SETTINGS_INVALID]\n' +
      '  → name a place in it; or type it, --sign, or set the variable OVENBIRD_SIGN\n',
  );
});

test('of settings, those for Linux alone have nothing to sign', async () => {
  const files = { 'ovenbird.toml': 'target = "pyinstaller"\nsign = "cert.pfx"\nsign-password-file = "p"' };
  for (const argv of [['build'], ['build', '--os', 'linux']]) {
    const { options, stderr } = await run({ argv, files });
    expect(stderr).toBe('');
    expect(options?.targetOptions).toMatchObject({ sign: undefined, signPasswordFile: undefined });
  }
  const typed = await run({ argv: ['build', '--sign', 'cert.pfx'] });
  expect(typed.options?.targetOptions).toMatchObject({ sign: 'cert.pfx' });
  const env = { OVENBIRD_SIGN_PASSWORD_FILE: 'p' };
  expect((await run({ argv: WINDOWS, env })).options?.targetOptions).toMatchObject({
    signPasswordFile: undefined,
  });
});

test('a password is neither typed nor written into a file', async () => {
  const typed = await run({ argv: [...WINDOWS, '--sign', 'cert.pfx', '--sign-password=hunter2'] });
  expect(typed.stderr).toContain('✗ --sign-password: every user of this machine can read what is typed');
  expect(typed.stderr).toContain(
    '→ OVENBIRD_SIGN_PASSWORD=… in the environment, or --sign-password-file FILE',
  );
  expect({ status: typed.status, options: typed.options }).toEqual({ status: 2, options: undefined });
  const tables = ['sign-password = "hunter2"', '[pyinstaller]\nsign-password = "hunter2"'];
  for (const toml of tables) {
    const written = await run({ argv: WINDOWS, files: { 'ovenbird.toml': toml } });
    expect(written.stderr).toMatch(
      /^✗ ovenbird\.toml:[12]: sign-password cannot stand in a file: whoever has the project would have the password/,
    );
    expect(written.stderr).toContain('→ OVENBIRD_SIGN_PASSWORD=… in the environment');
    expect(written.stderr).not.toContain('hunter2');
    expect(written.status).toBe(1);
  }
  expect(typed.stderr).not.toContain('hunter2');
});

test('the variable of the password is no option, and no mistake', async () => {
  const { options, stderr } = await run({ argv: WINDOWS, env: { OVENBIRD_SIGN_PASSWORD: 'hunter2' } });
  expect(stderr).toBe('');
  const { environment, ...asked } = options ?? {};
  expect(JSON.stringify(asked)).not.toContain('hunter2');
  expect(environment ?? {}).toMatchObject({ OVENBIRD_SIGN_PASSWORD: 'hunter2' });
});
