import { describe, expect, test } from 'vitest';
import { pythonVersion } from '../step.ts';
import { app, emptyLock, save, slice, type Sliced } from './slice-step.ts';

/** What is installed: its modules and what it asks for, extras included. */
const PACKAGES: Record<string, { modules: string[]; requires: string[] }> = {
  Hub_Client: { modules: ['hub'], requires: ['requests>=2', 'torch; extra == "torch"', 'absent'] },
  requests: { modules: ['requests'], requires: ['idna'] },
  idna: { modules: ['idna'], requires: [] },
  torch: { modules: ['torch', 'functorch'], requires: [] },
  pandas: { modules: ['pandas'], requires: ['numpy'] },
  numpy: { modules: ['numpy'], requires: [] },
};

async function locked(files: Record<string, string>, packages = PACKAGES, inputs = 'one'): Promise<Sliced> {
  const mounts: Record<string, string> = {};
  let lock = (await emptyLock()).replace('given', inputs);
  for (const [name, { modules, requires }] of Object.entries(packages)) {
    const info = `deps/root/opt/deps/${name.toLowerCase()}-1.2.dist-info`;
    const asked = requires.map((line) => `Requires-Dist: ${line}\n`).join('');
    mounts[`${info}/METADATA`] = `Name: ${name}\nVersion: 1.2\n${asked}\nRequires-Dist: pandas\n`;
    mounts[`${info}/RECORD`] = modules.map((item) => `${item}/__init__.py,,\n`).join('');
    for (const item of modules) mounts[`deps/root/opt/deps/${item}/__init__.py`] = '';
    lock += `${name.toLowerCase()}==1.2 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via app\n`;
  }
  return slice(files, { mounts: { ...mounts, 'lock/ovenbird.lock': lock } });
}

const names = (sliced: Sliced): string[] => sliced.report.packages.map(({ name }) => name);

describe('the lock of the weights', () => {
  test('is empty when only Python’s own modules are imported', async () => {
    const sliced = await locked({
      'app.py': app([save('json.dumps(1)')], ['import json', 'import pandas', 'X = pandas']),
    });
    expect(sliced.report).toMatchObject({ mode: 'slice', packages: [] });
    expect(sliced.step.text('slice/lock/ovenbird.lock')).toBe(
      (await emptyLock()).replace('given', 'weights'),
    );
  });

  test('has what is imported, also in functions and local modules, with all that it may use', async () => {
    const sliced = await locked({
      'app.py': app(['import fetching']),
      'fetching.py': 'def f():\n    import hub\n',
    });
    expect(names(sliced)).toEqual(['hub-client', 'idna', 'requests', 'torch']);
    expect(sliced.step.text('slice/lock/ovenbird.lock')).toBe(
      [
        '# ovenbird.lock 1',
        `# python ${await pythonVersion()} linux/amd64 glibc 2.36`,
        '# inputs weights',
        ...['hub_client', 'idna', 'requests', 'torch'].flatMap((name) => [
          `${name}==1.2 \\`,
          '    --hash=sha256:aa \\',
          '    --hash=sha256:bb',
        ]),
        '',
      ].join('\n'),
    );
  });

  test('does not change with requirements that the code does not import', async () => {
    const files = { 'app.py': app(['import requests']) };
    const { pandas: _pandas, numpy: _numpy, ...fewer } = PACKAGES;
    const [all, less] = [await locked(files), await locked(files, fewer, 'two')];
    expect(names(all)).toEqual(['idna', 'requests']);
    expect(less.report.key).toBe(all.report.key);
  });

  test('changes with one that it does', async () => {
    const files = { 'app.py': app(['import requests']) };
    const { idna: _idna, ...without } = PACKAGES;
    expect((await locked(files, without)).report.key).not.toBe((await locked(files)).report.key);
  });

  test('is whole where the code may import anything, and in the whole project', async () => {
    const whole = ['hub-client', 'idna', 'numpy', 'pandas', 'requests', 'torch'];
    const dynamic = await locked({ 'app.py': app(['importlib.import_module("hub")'], ['import importlib']) });
    expect(dynamic.report.mode).toBe('file');
    expect(names(dynamic)).toEqual(whole);
    const project = await locked({
      'app.py': app(['importlib.import_module("hub")'], ['import importlib']),
      'plugin.py': '',
    });
    expect(project.report).toMatchObject({
      mode: 'project',
      why: ['app.py:6 uses importlib', 'app.py:6 uses importlib, which can load any module'],
    });
    expect(names(project)).toEqual(whole);
  });

  test('has the package whose name a folder of the project has without hiding it', async () => {
    const sliced = await locked({ 'app.py': app(['import numpy']), 'numpy/notes.txt': 'x\n' });
    expect(names(sliced)).toEqual(['numpy']);
  });
});
