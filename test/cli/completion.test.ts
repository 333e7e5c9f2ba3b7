import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { ROOT, runCli, runProgram } from './run-cli.ts';

/** What bash offers for a line: its last word is the one being typed. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const folder = temporaryFolder();
  const { stdout: script } = await runCli('ovenbird', ['completion', 'bash']);
  await writeFiles(folder, {
    ovenbird: `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'src/cli/ovenbird.ts')}' "$@"\n`,
    script,
  });
  chmodSync(join(folder, 'ovenbird'), 0o755);
  const line = ['ovenbird', ...words];
  const asks = `. ${folder}/script
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _ovenbird_yargs_completions
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = await runProgram('bash', ['-c', asks, 'bash', ...line], {
    env: { PATH: `${folder}:/usr/bin:/bin` },
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((each) => each !== '');
}

test('bash completes commands, options and what an option can be', async () => {
  expect(await offered('d')).toEqual(['dockerfile', 'doctor']);
  expect(await offered('build', '--one')).toEqual(['--onefile', '--onedir']);
  expect(await offered('build', '--progress', '')).toEqual(expect.arrayContaining(['plain', 'quiet']));
  // Options that are read only to be refused.
  expect(await offered('build', '--upx-d')).toEqual([]);
});

test('every shell has its own script, and the shell of the user is the one meant', async () => {
  const scripts = await Promise.all(
    ['bash', 'zsh', 'fish'].map(async (shell) => {
      const named = await runCli('ovenbird', ['completion', shell]);
      const found = await runCli('ovenbird', ['completion'], { env: { SHELL: `/usr/bin/${shell}` } });
      expect(found).toEqual(named);
      return named.stdout;
    }),
  );
  expect(scripts).toEqual([
    expect.stringContaining('complete -o bashdefault'),
    expect.stringContaining('#compdef ovenbird'),
    expect.stringContaining('complete -f -c ovenbird'),
  ]);
});

test('a shell that we do not know is told which ones there are', async () => {
  const { status, stderr, stdout } = await runCli('ovenbird', ['completion', 'tcsh']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('no completion for the shell "tcsh"');
  expect(stderr).toContain('ovenbird completion zsh');
  expect((await runCli('ovenbird', ['completion'])).stderr).toContain('which shell?');
});
