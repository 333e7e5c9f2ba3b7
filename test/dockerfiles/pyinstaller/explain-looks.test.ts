import { expect, test } from 'vitest';
import { Step, type StepProblem } from '../step.ts';

/** What PyInstaller 6.22.3 ends with, told in this system's paths. */
const ended = (root: string, last: string): string => `16160 INFO: Copying icon to EXE
Traceback (most recent call last):
  File "/mnt/deps/PyInstaller/building/build_main.py", line 1213, in build
    exec(code, spec_namespace)
    ~~~~^^^^^^^^^^^^^^^^^^^^^^
  File "${root}/mnt/project/tools/app.spec", line 19, in <module>
    exe = EXE(
        pyz,
${last}`;

const SYNTAX = `Traceback (most recent call last):
  File "/mnt/deps/PyInstaller/utils/win32/versioninfo.py", line 572, in load_version_info_from_text_file
    info = eval(text)
  File "<string>", line 1
    VSVersionInfo(
                 ^
SyntaxError: '(' was never closed

The above exception was the direct cause of the following exception:

`;

async function explained(log: (root: string) => string): Promise<StepProblem> {
  const step = new Step('assemble', { 'project/tools/app.spec': '' }, 'pyinstaller');
  const given = JSON.stringify(log(step.root));
  const found = await step.evaluate(`import json, explain
request = {"entry": {"kind": "spec", "file": "tools/app.spec"}}
print(json.dumps(explain.problems(json.loads(${JSON.stringify(given)}), request)))`);
  const [problem, second] = found as StepProblem[];
  expect(second).toBeUndefined();
  if (!problem) throw new Error('no problem');
  return problem;
}

test('an icon that is a picture of another kind', async () => {
  const last = (root: string): string =>
    `ValueError: Received icon image '${root}/mnt/project/art/logo.png' which exists but is not in the correct format. On this platform, only ('exe', 'ico') images may be used as icons.\n`;
  expect(await explained((root) => ended(root, last(root)))).toEqual({
    code: 'PYINSTALLER_OPTION_INVALID',
    message: 'the icon art/logo.png is no .ico file, and Pillow is not there to make one of it',
    hint: `convert it: python3 -m pip install pillow, then python3 -c "from PIL import Image; Image.open('art/logo.png').save('art/logo.ico')"; or add pillow to the requirements`,
    location: { file: 'tools/app.spec', line: 19 },
  });
});

test('an icon that is no picture', async () => {
  const last = (root: string): string =>
    `ValueError: Something went wrong converting icon image '${root}/mnt/project/logo.ico' to '.ico' with Pillow, perhaps\n`;
  expect(await explained((root) => ended(root, last(root)))).toMatchObject({
    message: 'the icon logo.ico is no picture that can be read',
  });
});

test('a version file that is no Python, or no version', async () => {
  const last = 'ValueError: Failed to deserialize VSVersionInfo from text-based representation!\n';
  expect(await explained((root) => SYNTAX + ended(root, last))).toMatchObject({
    code: 'PYINSTALLER_OPTION_INVALID',
    message: "the version file cannot be read: SyntaxError: '(' was never closed",
    location: { file: 'tools/app.spec', line: 19 },
  });
});

test('a manifest that is no XML', async () => {
  const last = `  File "/mnt/deps/PyInstaller/utils/win32/winmanifest.py", line 190, in create_application_manifest
xml.parsers.expat.ExpatError: unclosed token: line 1, column 0
`;
  expect(await explained((root) => ended(root, last))).toMatchObject({
    message: 'the manifest is no XML: unclosed token: line 1, column 0',
  });
});
