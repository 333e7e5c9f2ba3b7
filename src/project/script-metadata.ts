import type { Problem } from '../errors.ts';
import { readToml } from './toml.ts';
import { itemLines } from './toml-lines.ts';

/** What the PEP 723 header of a script says. */
export interface ScriptMetadata {
  /** Of `# /// script`. */
  readonly line: number;
  readonly dependencies: readonly { readonly requirement: string; readonly line: number }[];
  readonly requiresPython?: string;
}

interface Block {
  readonly line: number;
  readonly text: string;
}

/**
 * Reads the inline metadata of a script, as PEP 723 and the specification that goes on from
 * it describe it: https://packaging.python.org/en/latest/specifications/inline-script-metadata/
 * @param file as problems name it
 * @returns nothing when there is no `script` block; one that can't be read is a problem
 */
export async function readScriptMetadata(
  source: string,
  file: string,
): Promise<{ readonly metadata?: ScriptMetadata; readonly problems: readonly Problem[] }> {
  const found = scriptBlocks(source);
  const refuse = (what: string, line: number, hint: string): { problems: Problem[] } => ({
    problems: [
      { code: 'REQUIREMENTS_INVALID', message: `${file}:${line}: ${what}`, hint, location: { file, line } },
    ],
  });
  if (found.open !== undefined) {
    return refuse('the header # /// script has no end', found.open, 'end it with a line: # ///');
  }
  const [block, second] = found.blocks;
  if (!block) return { problems: [] };
  if (second) return refuse('there is a second header # /// script', second.line, 'join them into one');
  const read = await readToml(block.text, (z) =>
    z.object({
      dependencies: z.array(z.string()).optional(),
      'requires-python': z.string().optional(),
    }),
  );
  if ('what' in read) return refuse(read.what, block.line + (read.line ?? 0), FORMAT);
  const { dependencies = [], 'requires-python': requiresPython } = read.data;
  const lines = itemLines(block.text, undefined, 'dependencies', dependencies);
  const metadata = {
    line: block.line,
    dependencies: dependencies.map((requirement, index) => ({
      requirement,
      line: block.line + (lines[index] ?? 0),
    })),
    ...(requiresPython === undefined ? {} : { requiresPython }),
  };
  return { metadata, problems: [] };
}

const FORMAT = 'write it as PEP 723 has it: # dependencies = ["torch>=2"]';

/** A block goes from `# /// TYPE` to the last `# ///` of the comment lines that follow. */
function scriptBlocks(source: string): { readonly blocks: readonly Block[]; readonly open?: number } {
  const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const blocks: Block[] = [];
  let open: number | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const type = /^# \/\/\/ ([a-zA-Z0-9-]+)$/.exec(lines[index] ?? '')?.[1];
    if (type === undefined) continue;
    let end = index + 1;
    while (/^#(?: .*)?$/.test(lines[end] ?? '')) end += 1;
    const last = lines.slice(0, end).lastIndexOf('# ///');
    if (last < index + 1) {
      if (type === 'script') open ??= index + 1;
      continue;
    }
    const content = lines.slice(index + 1, last).map((line) => line.replace(/^# ?/, ''));
    if (type === 'script') blocks.push({ line: index + 1, text: content.join('\n') });
    index = last;
  }
  return open === undefined ? { blocks } : { blocks, open };
}
