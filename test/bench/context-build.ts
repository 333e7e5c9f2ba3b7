/**
 * One build as a process of its own, as the benchmark measures it: find the engine, scan the
 * project, send it, receive a small result. Prints its peak memory.
 *   node context-build.ts PROJECT OUTPUT ENGINE
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const [project = '', output = '', engine = ''] = process.argv.slice(2);

// The compiled program, as a user runs it: Node takes longer to strip types than to compile.
const dist = new URL('../../dist/', import.meta.url);
const load = <T>(file: string): Promise<T> => import(new URL(file, dist).href) as Promise<T>;

const signal = new AbortController().signal;
const onEvent = (): void => undefined;
const opening = load<typeof import('../../src/providers/registry.ts')>('providers/registry.js').then(
  ({ openProvider }) => openProvider({ engine, signal, onEvent }),
);
const [{ scanProject }, { loadStatCache }, { composeEntries }] = await Promise.all([
  load<typeof import('../../src/project/scan.ts')>('project/scan.js'),
  load<typeof import('../../src/project/stat-cache.ts')>('project/stat-cache.js'),
  load<typeof import('../../src/context/compose.ts')>('context/compose.js'),
]);
const tree = await scanProject({
  root: project,
  rules: { gitignore: true, builtIn: [] },
  statCache: loadStatCache(project),
});
const context = composeEntries({ tree, planFiles: new Map(), toolkit: [], sharedKey: project });
const provider = await opening;
await provider.build({
  dockerfile: `FROM scratch AS all
COPY project/ /ctx/
FROM scratch
COPY --from=all /ctx/salt.txt /
`,
  context,
  platform: 'linux/amd64',
  secrets: new Map(),
  output: { type: 'folder', folder: output },
  titles: new Map(),
  noCache: false,
  signal,
  onEvent,
});
await provider.close();
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
process.exit(0);
