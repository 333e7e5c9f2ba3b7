/** What a vertex's name says (moby/buildkit, dockerfile2llb: `prefixCommand`). */
export interface VertexName {
  readonly kind: 'instruction' | 'internal' | 'other';
  /** The stage's name; undefined where a Dockerfile of one stage leaves it out. */
  readonly stage?: string;
  /** Place among the stage's instructions that make vertexes, counted from 1. */
  readonly index?: number;
  /** The instruction's text: `RUN make`. */
  readonly instruction?: string;
}

/**
 * Names look like `[install 2/3] RUN make`, with a platform in front where there are several
 * (`[linux/amd64 install 2/3]`, `[linux/arm64->amd64 2/3]`), or `[internal] load build context`.
 */
export function parseVertexName(name: string): VertexName {
  const found = /^\[(?:([^\s\]]+\/[^\s\]]+) )?(?:([^\s\]]+) )?(\d+)\/\d+\] (.*)$/s.exec(name);
  if (found) {
    const [, , stage, index, instruction = ''] = found;
    return { kind: 'instruction', index: Number(index), instruction, ...(stage ? { stage } : {}) };
  }
  return { kind: /^\[(?:\S+ )?(?:internal|auth)\]/.test(name) ? 'internal' : 'other' };
}
