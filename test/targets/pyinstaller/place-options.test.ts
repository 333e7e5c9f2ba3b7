import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../../src/targets/pyinstaller/glob.ts';
import { readPyinstallerOptions } from '../../../src/targets/pyinstaller/options.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';
import { project, treeOf } from './project.ts';

const FILES = {
  'app.py': '',
  'src/pkg/data/a.json': '{}',
  'src/pkg/data/b.json': '{}',
  'src/pkg/data/.hidden.json': '{}',
  'src/pkg/deep/more/c.txt': '',
  'data/[1].txt': '',
  'has space/x.txt': '',
  'a,b.ico': '',
  'icon.ico': '',
  'lib.DLL': '',
  'art/version.txt': '',
  'art/app.manifest': '',
  'hooks/hook-a.py': '',
  'dist/old.txt': '',
  '.env': 'KEY=1',
};

/** Options as they are typed, and as PyInstaller is given them. */
const TAKEN: readonly (readonly [given: readonly string[], options: readonly string[]])[] = [
  [
    ['--add-data', 'src/pkg/data:data'],
    ['--add-data', 'src/pkg/data:data'],
  ],
  [
    ['--add-data', './src/pkg/data/:data/'],
    ['--add-data', 'src/pkg/data:data'],
  ],
  [
    ['--add-data', 'src/pkg/data;data'],
    ['--add-data', 'src/pkg/data:data'],
  ],
  [
    ['--add-data', String.raw`src\pkg\data;pkg\data`],
    ['--add-data', 'src/pkg/data:pkg/data'],
  ],
  [
    ['--add-data', String.raw`src\pkg\data\a.json:.`],
    ['--add-data', 'src/pkg/data/a.json:.'],
  ],
  [
    ['--add-data', 'app.py:a/../b'],
    ['--add-data', 'app.py:b'],
  ],
  [
    ['--add-data', 'src/../data:.'],
    ['--add-data', 'data:.'],
  ],
  [
    ['--add-data', '.:all'],
    ['--add-data', '.:all'],
  ],
  [
    ['--add-data', 'src/pkg/data/*.json:data'],
    ['--add-data', 'src/pkg/data/*.json:data'],
  ],
  [
    ['--add-data', 'src/*/data:data'],
    ['--add-data', 'src/*/data:data'],
  ],
  [
    ['--add-data', 'src/pkg/d*:x'],
    ['--add-data', 'src/pkg/d*:x'],
  ],
  [
    ['--add-data', 'data/[1].txt:.'],
    ['--add-data', 'data/[1].txt:.'],
  ],
  [
    ['--add-data', 'has space/x.txt:a b'],
    ['--add-data', 'has space/x.txt:a b'],
  ],
  [['--add-binary=app.py:.'], ['--add-binary', 'app.py:.']],
  [
    ['-p', 'src:hooks'],
    ['--paths', 'src', '--paths', 'hooks'],
  ],
  [
    ['--paths', String.raw`src;.\hooks`],
    ['--paths', 'src', '--paths', 'hooks'],
  ],
  [
    ['--additional-hooks-dir', 'hooks/'],
    ['--additional-hooks-dir', 'hooks'],
  ],
  [
    ['--runtime-hook', 'hooks/hook-a.py'],
    ['--runtime-hook', 'hooks/hook-a.py'],
  ],
  [
    ['--icon', 'NONE'],
    ['--icon', 'NONE'],
  ],
  [
    ['-i', 'icon.ico,1'],
    ['--icon', 'icon.ico,1'],
  ],
  [
    ['-i', 'a,b.ico'],
    ['--icon', 'a,b.ico'],
  ],
  [
    ['-r', 'icon.ico,RT_ICON,1,*'],
    ['--resource', 'icon.ico,RT_ICON,1,*'],
  ],
  [
    ['-r', 'lib.DLL', '-r', 'lib.DLL,*'],
    ['--resource', 'lib.DLL', '--resource', 'lib.DLL,*'],
  ],
  [
    ['--version-info', String.raw`.\art\version.txt`],
    ['--version-file', 'art/version.txt'],
  ],
  [
    ['--manifest', './art/app.manifest'],
    ['--manifest', 'art/app.manifest'],
  ],
  [['--hide-console=hide-early'], ['--hide-console', 'hide-early']],
  [
    ['--noconsole', '--uac-uiaccess', '--disable-windowed-traceback'],
    ['--windowed', '--uac-uiaccess', '--disable-windowed-traceback'],
  ],
  [
    ['-m', '<assembly>\n</assembly>'],
    ['--manifest', '<assembly>\n</assembly>'],
  ],
  [['--optimize', '-1'], ['--optimize=-1']],
  [
    ['--runtime-tmpdir', '/var/tmp'],
    ['--runtime-tmpdir', '/var/tmp'],
  ],
  [
    ['--uac-admin', '--noupx', '--clean'],
    ['--uac-admin', '--noupx'],
  ],
];

describe('paths of options', () => {
  test.each(TAKEN)('%j', async (given, options) => {
    const read = readPyinstallerOptions({ options: given }, await project(FILES));
    expect(read.problems).toEqual([]);
    expect(read.options?.options).toEqual(options);
  });

  test('absolute ones are made relative, through a link to the project too', async () => {
    const tree = await project(FILES);
    const link = join(temporaryFolder(), 'here');
    symlinkSync(tree.root, link);
    const options = [
      '--add-data',
      `${tree.root}/src/pkg:pkg`,
      '--add-data',
      `${link}/app.py:.`,
      '-p',
      tree.root,
    ];
    expect(readPyinstallerOptions({ options }, tree).options).toMatchObject({
      options: ['--add-data', 'src/pkg:pkg', '--add-data', 'app.py:.', '--paths', '.'],
      paths: ['.'],
    });
  });

  test('a link in the project leads to what is added', async () => {
    const root = temporaryFolder();
    await writeFiles(root, { 'shared/data/x.json': '' });
    mkdirSync(join(root, 'pkg'));
    symlinkSync('../shared/data', join(root, 'pkg/data'));
    const options = ['--add-data', 'pkg/data:data', '--add-data', 'pkg/data/x.json:.'];
    expect(readPyinstallerOptions({ options }, await treeOf(root)).problems).toEqual([]);
  });
});

/** What is wrong, and what to do. */
const REFUSED: readonly (readonly [given: readonly string[], message: string, hint: string])[] = [
  [
    ['--add-data', 'src/pkg/data'],
    '--add-data "src/pkg/data" says not where it goes',
    'for example: src/pkg/data:data, or src/pkg/data:.',
  ],
  [['--add-data', 'app.py:'], 'says not where it goes', 'app.py:.'],
  [['--add-data', ':x'], 'names nothing to add', 'SRC:DEST'],
  [['--add-data', 'a:b:c'], 'has more than one ":"', 'SRC:DEST'],
  [
    ['--add-data', String.raw`C:\work\data;data`],
    'is an absolute path of Windows',
    'name it from the folder of the project on',
  ],
  [['--add-data', 'C:/files/data:data'], 'is an absolute path of Windows', 'name it from'],
  [['--add-data', String.raw`\\server\share;data`], 'is an absolute path of Windows', 'name it from'],
  [['--add-data', '~/data:data'], 'begins in your home folder', 'name it from'],
  [['--add-data', '../data:data'], 'lies outside the project', 'copy it into the project'],
  [['--add-data', 'src/../../data:data'], 'lies outside the project', 'copy it into the project'],
  [
    ['--add-data', '/etc/passwd:.'],
    '--add-data "/etc/passwd:." lies outside the project',
    'copy it into the project',
  ],
  [['--add-data', 'app.py:/etc'], 'goes out of the bundle', 'app.py:FOLDER'],
  [['--add-data', 'app.py:../x'], 'goes out of the bundle', 'app.py:FOLDER'],
  [['--add-data', 'app.py:a/../../x'], 'goes out of the bundle', 'app.py:FOLDER'],
  [['--add-data', String.raw`app.py;..\x`], 'goes out of the bundle', 'app.py:FOLDER'],
  [['--add-data', 'nope:.'], 'is not in the project', 'ls .'],
  [['--add-data', "it's/nope:."], 'is not in the project', `ls 'it'"'"'s'`],
  [['--add-data', 'src/*.md:.'], 'matches nothing in the project', 'ls src'],
  [['--add-data', 'src/pkg/.*.toml:.'], 'matches nothing in the project', 'ls src/pkg'],
  [['--add-data', 'dist/old.txt:.'], 'is there, but a build never sees it', 'cp -r dist/old.txt data'],
  [['--add-data', '.env:.'], 'is there, but a build never sees it', 'cp -r .env data'],
  [['--add-binary', 'nope.so:.'], '--add-binary "nope.so:." is not in the project', 'ls .'],
  [['--paths', 'src:nope'], '--paths "src:nope" is not in the project', 'ls .'],
  [['--paths', 'app.py'], 'is a file', 'name a folder'],
  [['--runtime-hook', 'hooks'], 'is a folder', 'name a file'],
  [['--additional-hooks-dir', '/hooks'], 'lies outside the project', 'copy it'],
  [['--icon', 'nope.ico,1'], 'is not in the project', 'ls .'],
  [['--version-file', 'v.txt'], 'is not in the project', 'ls .'],
  [['--version-info', 'v.txt'], '--version-file "v.txt" is not in the project', 'ls .'],
  [['--manifest', 'm.xml'], 'is not in the project', 'ls .'],
  [['--manifest', 'art'], 'is a folder', 'name a file'],
  [['--resource', 'gone.dll,RT_ICON'], 'is not in the project', 'ls .'],
  [['--splash', 's.png'], 'is not in the project', 'ls .'],
];

describe('paths that are none of the project', () => {
  test.each(REFUSED)('%j', async (options, message, hint) => {
    const { problems } = readPyinstallerOptions({ options }, await project(FILES));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.code).toBe('PYINSTALLER_OPTION_INVALID');
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.hint).toContain(hint);
  });

  test('a link out of the project, whose target no build sees', async () => {
    const root = temporaryFolder();
    await writeFiles(root, { 'app.py': '' });
    symlinkSync(dirname(root), join(root, 'out'));
    const { problems } = readPyinstallerOptions({ options: ['--add-data', 'out:x'] }, await treeOf(root));
    expect(problems[0]?.message).toContain('is there, but a build never sees it');
  });

  test('all of them at once, and with mistakes in other options', async () => {
    const options = ['--add-data', 'nope:.', '--strip', '--paths', '../x', '--hidden-import', 'a b'];
    const { problems, options: read } = readPyinstallerOptions(
      { options, name: 'a/b' },
      await project(FILES),
    );
    expect(problems.map(({ code }) => code)).toEqual([
      'USAGE',
      'USAGE',
      'USAGE',
      'PYINSTALLER_OPTION_INVALID',
      'PYINSTALLER_OPTION_INVALID',
    ]);
    expect(read).toBeUndefined();
  });
});

/** As Python's glob.glob has it. */
test.each([
  ['a.txt', '*.txt', true],
  ['a/b.txt', '*.txt', false],
  ['a/b.txt', '*/*.txt', true],
  ['.a.txt', '*.txt', false],
  ['.a.txt', '.*.txt', true],
  ['a1.txt', 'a[0-9].txt', true],
  ['ab.txt', 'a[!0-9].txt', true],
  ['a1.txt', 'a[!0-9].txt', false],
  ['a].txt', 'a[]].txt', true],
  ['a[.txt', 'a[.txt', true],
  ['a+b(1).txt', 'a+b(?).txt', true],
  ['a\\.txt', 'a?.txt', true],
  ['a-b', 'a[z-a]b', false],
  ['ü.txt', '?.txt', true],
  ['😀.txt', '?.txt', true],
])('%s matches %s: %s', (path, pattern, matches) => {
  expect(matchesGlob(path, pattern)).toBe(matches);
});
