import type { SyntaxNode } from '@lezer/common';
import type { PythonModule } from './parse.ts';

/**
 * Whether an item of a list or an argument has `*` or `**` in front. Read from the text: in
 * the tree of a repaired source the star is a space.
 */
export function isStarred(module: PythonModule, item: SyntaxNode): boolean {
  let before = item.prevSibling;
  while (before?.name === 'Comment') before = before.prevSibling;
  if (before?.name === '*' || before?.name === '**') return true;
  const gap = module.source.slice(before?.to ?? item.from, item.from);
  return gap.includes('*') && gap.replace(/#.*/g, '').includes('*');
}
