import { describe, expect, test } from 'vitest';
import { trace } from './trace-step.ts';

const PRINT = 'import sys\nprint(sys.argv, __name__, __package__, file=sys.stderr)\n';

describe.skipIf(process.platform !== 'linux')('the trace step runs', () => {
  test('a function as its console script would, with the arguments as they were written', async () => {
    const files = {
      'src/pkg/__init__.py': '',
      'src/pkg/cli.py':
        'import sys\nclass Tool:\n    def main():\n        print(sys.argv)\n        return f"bye {sys.argv}"',
    };
    const run = await trace(files, {
      entry: { kind: 'function', module: 'pkg.cli', function: 'Tool.main' },
      sourceRoots: ['src', '.'],
      project: { name: 'x', version: '1', scripts: { 'my-tool': 'pkg.cli:Tool.main' } },
      arguments: ['a b', '', "it's", '$(x)\n'],
    });
    expect(run).toMatchObject({ ran: true, status: 1 });
    expect(run.said).toBe(String.raw`bye ['my-tool', 'a b', '', "it's", '$(x)\n']` + '\n');
    expect(run.modules).toEqual(expect.arrayContaining(['pkg', 'pkg.cli']));
  });

  test('a module, which may import relatively', async () => {
    const files = {
      'pkg/__init__.py': '',
      'pkg/__main__.py': `from . import other\n${PRINT}`,
      'pkg/other.py': '',
    };
    const run = await trace(files, { entry: { kind: 'module', module: 'pkg.__main__' } });
    expect(run).toMatchObject({ status: 0 });
    expect(run.said).toMatch(/pkg\/__main__\.py', '--help'\] __main__ pkg\n$/);
    expect(run.modules).toEqual(expect.arrayContaining(['pkg', 'pkg.other']));
  });

  test('a script, with its own folder to import from', async () => {
    const run = await trace(
      { 'tools/run.py': `import beside\n${PRINT}`, 'tools/beside.py': '' },
      { entry: { kind: 'script', file: 'tools/run.py' } },
    );
    expect(run).toMatchObject({ status: 0 });
    expect(run.said).toMatch(/tools\/run\.py', '--help'\] __main__ None\n$/);
  });

  test('a program whose modules are named like ours', async () => {
    const run = await trace({
      'app.py': 'import recorder, ob, session, entry\nassert recorder.mine and ob.mine',
      'recorder.py': 'mine = 1',
      'ob.py': 'mine = 1',
      'session.py': '',
      'entry.py': '',
    });
    expect(run).toMatchObject({ status: 0, said: '' });
    expect(run.modules).toEqual(expect.arrayContaining(['entry', 'ob', 'recorder', 'session']));
  });

  test.each([
    ['a list', `a = Analysis(['run.py', 'other.py'], pathex=['lib'])`, 'build'],
    ['Windows paths', String.raw`a = Analysis(['sub\\run.py'], pathex=['.\\build\\lib'])`, '.'],
    [
      'keywords and names',
      `top = SPECPATH\nmain = os.path.join(top, 'run' + '.py')\na = Analysis(scripts=[main], pathex=paths or [])`,
      'build',
    ],
    [
      'names of lists',
      `S = ['run.py']\nP = [str(Path(SPECPATH) / 'lib'), secret()]\na = Analysis(S, P)`,
      'build',
    ],
  ])('a spec’s first script: %s', async (_what, spec, folder) => {
    const files: Record<string, string> = {
      [`${folder}/app.spec`]: spec,
      [`${folder === '.' ? 'sub' : folder}/run.py`]: `${PRINT}try:\n    import in_lib\nexcept ImportError:\n    pass\n`,
      'build/lib/in_lib.py': '',
    };
    const run = await trace(files, { entry: { kind: 'spec', file: `${folder}/app.spec` } });
    expect(run).toMatchObject({ ran: true, status: 0 });
    expect(run.said).toMatch(/run\.py', '--help'\] __main__ None\n$/);
    expect(run.modules.includes('in_lib')).toBe(!spec.includes('paths or'));
  });

  test('a package’s __main__.py that a spec names as the module that it is', async () => {
    const files = {
      'app.spec': String.raw`a = Analysis(['src\\pkg\\deep\\__main__.py'])`,
      'src/pkg/__init__.py': '',
      'src/pkg/deep/__init__.py': '',
      'src/pkg/deep/__main__.py': `from ..other import x\n${PRINT}`,
      'src/pkg/other.py': 'x = 1',
    };
    const run = await trace(files, { entry: { kind: 'spec', file: 'app.spec' } });
    expect(run).toMatchObject({ ran: true, status: 0 });
    expect(run.said).toMatch(/__main__ pkg\.deep\n$/);
    expect(run.modules).toEqual(expect.arrayContaining(['pkg', 'pkg.deep', 'pkg.other']));
  });

  test.each([
    ['a = Analysis(find_scripts())', 'cannot be read without running the spec'],
    ['a = 1', 'no Analysis(…) found'],
    ['a = (', 'app.spec: '],
    [`a = Analysis(['gone.py'])`, 'its first script is not there'],
  ])('nothing when a spec is %s', async (spec, said) => {
    const run = await trace({ 'app.spec': spec }, { entry: { kind: 'spec', file: 'app.spec' } });
    expect(run).toMatchObject({ ran: false, status: null, modules: [], data: [], reason: 'unreadable' });
    expect(run.said).toContain(said);
  });

  test('nothing when the script is not there', async () => {
    const run = await trace({ 'x.py': '' });
    expect(run).toMatchObject({ ran: false, status: null, said: 'app.py is not there' });
  });

  test('a function that is not there, which is the program’s failure', async () => {
    const run = await trace('', { entry: { kind: 'function', module: 'app', function: 'main' } });
    expect(run).toMatchObject({ ran: true, status: 1 });
    expect(run.said).toContain("has no attribute 'main'");
  });
});
