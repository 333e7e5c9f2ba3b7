/** An instruction of a Dockerfile and the lines that it stands on, counted from 1. */
export interface DockerfileInstruction {
  readonly stage: string | undefined;
  readonly text: string;
  readonly first: number;
  readonly last: number;
}

export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Finds where a Dockerfile's instructions stand. Engine 20.10 does not say which lines failed,
 * only the step's name; the text was rendered here and holds no heredocs.
 */
export function dockerfileInstructions(dockerfile: string): readonly DockerfileInstruction[] {
  const instructions: DockerfileInstruction[] = [];
  let stage: string | undefined;
  let stages = 0;
  for (const { text, first, last } of logicalLines(dockerfile)) {
    if (/^\s*FROM\s/i.test(text)) {
      stage = /\sAS\s+(\S+)\s*$/i.exec(text)?.[1]?.toLowerCase() ?? `stage-${stages}`;
      stages += 1;
    }
    instructions.push({ stage, text: text.trim(), first, last });
  }
  return instructions;
}

/** The instruction that a vertex stands for: by its text, which is unique but for twins. */
export function findInstruction(
  dockerfile: string,
  vertex: { stage?: string; instruction?: string },
): DockerfileInstruction | undefined {
  const all = dockerfileInstructions(dockerfile);
  const wanted = squeeze(vertex.instruction ?? '');
  const inStage = all.filter(({ stage }) => vertex.stage === undefined || stage === vertex.stage);
  return inStage.find(({ text }) => squeeze(text) === wanted);
}

/** The name of a Dockerfile's only stage, which its vertexes do not carry. */
export function onlyStage(dockerfile: string): string | undefined {
  const froms = dockerfileInstructions(dockerfile).filter(({ text }) => /^FROM\s/i.test(text));
  return froms.length === 1 ? froms[0]?.stage : undefined;
}

function* logicalLines(dockerfile: string): Generator<{ text: string } & LineRange> {
  let text = '';
  let first = 0;
  for (const [at, line] of dockerfile.split(/\r?\n/).entries()) {
    // Comments and blank lines do not end an instruction that goes on.
    if (/^\s*(?:#|$)/.test(line)) continue;
    if (text === '') first = at + 1;
    const continues = /\\\s*$/.test(line);
    text += continues ? line.replace(/\\\s*$/, '') : line;
    if (continues) continue;
    yield { text, first, last: at + 1 };
    text = '';
  }
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
