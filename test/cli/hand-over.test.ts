import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary.ts';
import { bareEnvironment, compiledPackage, copyOfPackage, nodeFolder, runProgram } from './run-cli.ts';

let ours: string;
beforeAll(async () => {
  ours = await compiledPackage();
}, 120_000);

const SYSTEM = `${nodeFolder()}:/usr/bin:/bin`;

/** A folder for PATH that holds one program. */
function folderWith(name: string, script: string): string {
  const folder = temporaryFolder();
  const path = join(folder, name);
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return folder;
}

/** As npm does it: a link in a bin folder. */
function linkFolder(target: string, name = 'flash'): string {
  const folder = temporaryFolder();
  symlinkSync(target, join(folder, name));
  return folder;
}

const peer = (says = 'peer') => folderWith('flash', `#!/bin/sh\necho "${says}: $*"\n`);
const oursOnPath = () => linkFolder(join(ours, 'bin/flash.js'));
const path = (...folders: string[]) => ({ PATH: [...folders, SYSTEM].join(':'), HOME: temporaryFolder() });

describe('handing over', () => {
  test('another command goes to the next flash, with its arguments and its help', async () => {
    const env = path(oursOnPath(), peer());
    expect(await runProgram('flash', ['deploy', '--preview', 'a b'], { env })).toMatchObject({
      status: 0,
      stdout: 'peer: deploy --preview a b',
      stderr: '',
    });
    expect((await runProgram('flash', ['deploy', '--help'], { env })).stdout).toBe('peer: deploy --help');
    expect((await runProgram('flash', ['--version'], { env })).stdout).toBe('peer: --version');
  });

  test('build without --docker goes there too, with --docker it does not', async () => {
    const env = path(oursOnPath(), peer());
    expect((await runProgram('flash', ['build', '-o', 'x.tar.gz'], { env })).stdout).toBe(
      'peer: build -o x.tar.gz',
    );
    const built = await runProgram('flash', ['build', '--docker', '--frobnicate'], { env });
    expect(built).toMatchObject({ status: 2, stdout: '' });
    expect(built.stderr).toContain('no option --frobnicate');
  });

  test('build without --docker and without another flash is ours, and says so', async () => {
    const { status, stderr } = await runProgram('flash', ['build', '--frobnicate'], {
      env: path(oursOnPath()),
    });
    expect(stderr).toContain('no other flash is on PATH: building with ovenbird');
    expect(stderr).toContain('no option --frobnicate');
    expect(status).toBe(2);
  });

  test("a virtual environment's own flash comes first: ovenbird flash is ours, the rest goes there", async () => {
    const env = path(peer('venv'), linkFolder(join(ours, 'bin/ovenbird.js'), 'ovenbird'), oursOnPath());
    expect((await runProgram('flash', ['deploy'], { env })).stdout).toBe('venv: deploy');
    expect((await runProgram('ovenbird', ['flash', 'deploy'], { env })).stdout).toBe('venv: deploy');
    expect(
      (await runProgram('ovenbird', ['flash', 'build', '--docker', '--nope'], { env })).stderr,
    ).toContain('no option --nope');
  });

  test('the help names who gets the rest', async () => {
    const next = peer();
    const { stdout } = await runProgram('flash', ['--help'], { env: path(oursOnPath(), next) });
    expect(stdout).toContain('flash build');
    expect(stdout).toContain(join(next, 'flash'));
  });

  test('with nobody to hand to it says what to install', async () => {
    const { status, stdout, stderr } = await runProgram('flash', ['deploy'], { env: path(oursOnPath()) });
    expect(stderr).toContain('no other flash is on PATH [PROGRAM_NOT_FOUND]');
    expect(stderr).toContain('→ pip install runpod-flash');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test.each([
    ['jlserve', 'serve'],
    ['fazt', 'build'],
  ])('%s %s is handed over', async (name, command) => {
    const next = folderWith(name, `#!/bin/sh\necho "${name}: $*"\nexit 4\n`);
    const env = path(linkFolder(join(ours, `bin/${name}.js`), name), next);
    expect(await runProgram(name, [command, 'app.py'], { env })).toMatchObject({
      status: 4,
      stdout: `${name}: ${command} app.py`,
    });
    const alone = await runProgram(join(ours, 'bin/ovenbird.js'), [name, command], { env: path() });
    expect(alone.stderr).toContain('PROGRAM_NOT_FOUND');
    expect(alone.status).toBe(1);
  });
});

describe('never in a circle', () => {
  test('two copies of ours on PATH', async () => {
    const copy = temporaryFolder();
    copyOfPackage(ours, join(copy, 'ovenbird'));
    const second = linkFolder(join(copy, 'ovenbird/bin/flash.js'));
    expect((await runProgram('flash', ['dev'], { env: path(oursOnPath(), second, peer()) })).stdout).toBe(
      'peer: dev',
    );
    const alone = await runProgram('flash', ['dev'], { env: path(oursOnPath(), second) });
    expect(alone.stderr).toContain('PROGRAM_NOT_FOUND');
  });

  test.each([
    ['a script that starts ours by name', '#!/bin/sh\nexec ovenbird flash "$@"\n'],
    ['a script that uses npx', '#!/bin/sh\nexec npx --no ovenbird flash "$@"\n'],
    ['a script that starts ours by path', () => `#!/bin/bash\n# mine\nexec "${ours}/bin/flash.js" "$@"\n`],
    ['a Windows shim', () => `@ECHO off\r\n"%~dp0\\node.exe" "${ours}\\bin\\flash.js" %*\r\n`],
  ])('%s counts as ours', async (_name, script) => {
    const wrapper = folderWith('flash', typeof script === 'string' ? script : script());
    const { stdout } = await runProgram(join(ours, 'bin/flash.js'), ['dev'], { env: path(wrapper, peer()) });
    expect(stdout).toBe('peer: dev');
  });

  test("pnpm's shim counts as ours", async () => {
    const modules = join(temporaryFolder(), 'node_modules');
    copyOfPackage(ours, join(modules, 'ovenbird'));
    mkdirSync(join(modules, '.bin'));
    const shim = join(modules, '.bin/flash');
    writeFileSync(
      shim,
      '#!/bin/sh\nbasedir=$(dirname "$0")\nexec node "$basedir/../ovenbird/bin/flash.js" "$@"\n',
    );
    chmodSync(shim, 0o755);
    const { stdout } = await runProgram(join(ours, 'bin/flash.js'), ['dev'], {
      env: path(join(modules, '.bin'), peer()),
    });
    expect(stdout).toBe('peer: dev');
  });

  test('a peer whose interpreter lies in a folder named ovenbird is not ours', async () => {
    const folder = join(temporaryFolder(), 'ovenbird/.venv/bin');
    mkdirSync(folder, { recursive: true });
    symlinkSync('/bin/sh', join(folder, 'python'));
    writeFileSync(
      join(folder, 'flash'),
      `#!/bin/sh\n'''exec' "${folder}/python" "$0" "$@"\n' '''\necho never\n`,
    );
    chmodSync(join(folder, 'flash'), 0o755);
    const { stdout } = await runProgram(
      join(ours, 'bin/ovenbird.js'),
      ['doctor', '--json', '--engine', 'unix:///nonexistent'],
      { env: path(folder) },
    );
    expect(stdout).toContain(`${folder}/flash comes first on PATH and is not ovenbird's`);
  });

  test('a wrapper that calls flash again is passed over the second time', async () => {
    const wrapper = folderWith('flash', '#!/bin/sh\nF=flash\necho wrapped\nexec $F "$@"\n');
    const { status, stdout } = await runProgram('flash', ['dev'], {
      env: path(oursOnPath(), wrapper, peer()),
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'wrapped\npeer: dev' });
  });

  test('with nobody behind the wrapper the circle is an error that names both', async () => {
    const wrapper = folderWith('flash', '#!/bin/sh\nF=flash\nexec $F "$@"\n');
    const first = oursOnPath();
    const { status, stderr } = await runProgram('flash', ['dev'], { env: path(first, wrapper) });
    expect(stderr).toContain('goes in a circle');
    expect(stderr).toContain(join(wrapper, 'flash'));
    expect(stderr).toContain(join(first, 'flash'));
    expect(stderr).toContain('OVENBIRD_HANDOVER');
    expect(status).toBe(1);
  });

  test('a program that a handed-over flash starts can still build with ours', async () => {
    const next = folderWith('flash', '#!/bin/sh\nF=flash\nexec $F build --docker --nope\n');
    const { stderr } = await runProgram('flash', ['deploy'], { env: path(oursOnPath(), next) });
    expect(stderr).toContain('no option --nope');
  });
});

describe('in our place', () => {
  test('the exit status is passed on', async () => {
    const next = folderWith('flash', '#!/bin/sh\nexit 42\n');
    expect((await runProgram('flash', ['dev'], { env: path(oursOnPath(), next) })).status).toBe(42);
  });

  test('a program that a signal ended ends us by the same', async () => {
    const next = folderWith('flash', '#!/bin/sh\nkill -KILL $$\n');
    expect((await runProgram('flash', ['dev'], { env: path(oursOnPath(), next) })).signal).toBe('SIGKILL');
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s reaches the program', async (signal) => {
    const next = folderWith(
      'flash',
      `#!/usr/bin/env node
setInterval(() => {}, 1000);
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => { console.log('got ' + name); process.exit(7); });
console.log('ready');
`,
    );
    const child = spawn('flash', ['dev'], {
      env: bareEnvironment(path(oursOnPath(), next)),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (piece.includes('ready')) child.kill(signal);
    });
    expect(await once(child, 'close')).toEqual([7, null]);
    expect(text).toContain(`got ${signal}`);
  });

  test('a program that cannot be run is an error, not a crash', async () => {
    const next = folderWith('flash', '#!/nonexistent/interpreter\n');
    const { status, stderr } = await runProgram('flash', ['dev'], { env: path(oursOnPath(), next) });
    expect(stderr).toContain('cannot be run');
    expect(status).toBe(1);
  });
});
