/**
 * Whether a path matches a pattern as Python's `glob.glob` has it: `*` and `?` stay in one
 * folder and leave names that begin with a dot alone; `[a-z]`, `[!a]`.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  const parts = pattern.split('/');
  const names = path.split('/');
  return parts.length === names.length && parts.every((part, index) => matchesName(names[index] ?? '', part));
}

export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

function matchesName(name: string, part: string): boolean {
  if (!isGlob(part)) return name === part;
  if (name.startsWith('.') && !part.startsWith('.')) return false;
  const source = part.replaceAll(/\[!?\]?[^\]]*\]|[^]/gu, (piece) => {
    if (piece === '*') return '.*';
    if (piece === '?') return '.';
    if (piece.length < 3 || !piece.startsWith('[')) return piece.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
    const isNot = piece[1] === '!';
    const inner = piece.slice(isNot ? 2 : 1, -1).replaceAll(/[\\[\]^&~|]/g, '\\$&');
    return `[${isNot ? '^' : ''}${inner}]`;
  });
  try {
    return new RegExp(`^${source}$`, 'su').test(name);
  } catch {
    // A range like [z-a] matches nothing.
    return false;
  }
}
