import { scanProject } from '../../../src/project/scan.ts';
import { readJlserveApp, type ReadApp } from '../../../src/targets/jlserve/read-app.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

/** Reads the app of a project that is given as its files. */
export async function read(
  files: Readonly<Record<string, string>>,
  options: { file?: string; baseMayProvide?: boolean } = {},
): Promise<ReadApp> {
  const root = temporaryFolder();
  await writeFiles(root, files);
  const tree = await scanProject({ root, rules: { gitignore: true, builtIn: [] } });
  return readJlserveApp({ root: tree.root, file: 'app.py', tree, ...options });
}

/** `file:line: message [CODE]` of every problem. */
export async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { problems } = await read(files);
  return problems.map(
    ({ code, message, location }) =>
      `${location?.file ?? '?'}:${location?.line ?? '?'}: ${message} [${code}]`,
  );
}

/** What stands in front of the class in most tests: 9 lines. */
export const HEAD = `import jlserve
from pydantic import BaseModel

class In(BaseModel):
    text: str

class Out(BaseModel):
    text: str

`;

/** A right class body, from the line after `class …:`. */
export const BODY = `    def setup(self) -> None: ...
    def download_weights(self) -> None: ...
    @jlserve.endpoint()
    def run(self, input: In) -> Out: ...
`;

/** A right app, decorated with what is given, in line 10. */
export function app(decorator = '@jlserve.app()', body = BODY): string {
  return `${HEAD}${decorator}\nclass Demo:\n${body}`;
}
