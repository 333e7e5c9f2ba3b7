/**
 * One build as a process of its own, as the benchmark measures it: find the engine, scan the
 * project, send it, receive a small result. Prints its peak memory. It runs the compiled
 * program and is JavaScript itself, since a user's Node has no types to strip either.
 *   node context-build.mjs PROJECT OUTPUT ENGINE
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const [project = '', output = '', engine = ''] = process.argv.slice(2);
const signal = new AbortController().signal;
const onEvent = () => undefined;

const opening = import('../../dist/providers/registry.js').then(({ openProvider }) =>
  openProvider({ engine, signal, onEvent }),
);
const [{ scanProject }, { loadStatCache }, { composeEntries }] = await Promise.all([
  import('../../dist/project/scan.js'),
  import('../../dist/project/stat-cache.js'),
  import('../../dist/context/compose.js'),
]);
const tree = await scanProject({
  root: project,
  rules: { gitignore: true, builtIn: [] },
  statCache: loadStatCache(project),
});
// As `planListed` does: the files are read from here on.
void tree.contents.all();
const context = composeEntries({ tree, planFiles: new Map(), toolkit: [], sharedKey: project });
const provider = await opening;
await provider.build({
  dockerfile: 'FROM scratch AS all\nCOPY project/ /ctx/\nFROM scratch\nCOPY --from=all /ctx/salt.txt /\n',
  context,
  platform: 'linux/amd64',
  secrets: new Map(),
  output: { type: 'folder', folder: output },
  titles: new Map(),
  noCache: false,
  signal,
  onEvent,
});
await tree.contents.all();
await provider.close();
process.stdout.write(`${process.resourceUsage().maxRSS}\n`, () => process.exit(0));
