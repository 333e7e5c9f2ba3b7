import { hash } from 'node:crypto';
import { readlinkSync, realpathSync } from 'node:fs';
import { posix } from 'node:path';
import type { Warning } from '../events.ts';
import { printable } from './names.ts';
import type { ProjectEntry, ProjectLink } from './tree.ts';

/** What `readLink` found: a link to keep, or why it stays out. */
export type LinkVerdict = ProjectLink | { readonly reason: string };

/**
 * Decides on one symbolic link. Kept are links that lead to something in the project both as
 * written (in the container there is nothing above) and on this disk.
 * @param root the project's real path
 * @param path the link, relative to the root
 */
export function readLink(root: string, path: string): LinkVerdict {
  const absolute = `${root}/${path}`;
  const target = readlinkSync(absolute);
  if (target.startsWith('/')) return { reason: 'its target is an absolute path' };
  if (target.includes('\uFFFD')) return { reason: 'its target is not valid UTF-8' };
  const written = posix.join(posix.dirname(path), target);
  if (written === '..' || written.startsWith('../')) return { reason: OUTSIDE };
  let real: string;
  try {
    real = realpathSync.native(absolute);
  } catch (error) {
    return { reason: FAILURES[(error as NodeJS.ErrnoException).code ?? ''] ?? String(error) };
  }
  const prefix = root === '/' ? '/' : `${root}/`;
  if (real !== root && !real.startsWith(prefix)) return { reason: OUTSIDE };
  if (real === root || absolute.startsWith(`${real}/`)) {
    return { reason: 'it leads back to a folder that it is in' };
  }
  return { kind: 'symlink', path, absolute, target, digest: hash('sha256', target, 'buffer') };
}

const OUTSIDE = 'its target lies outside the project';

const FAILURES: Record<string, string> = {
  ENOENT: 'its target does not exist',
  ENOTDIR: 'its target does not exist',
  ELOOP: 'it is part of a loop',
  EACCES: 'its target cannot be read',
};

export function linkWarning(path: string, reason: string): Warning {
  return {
    type: 'warning',
    code: 'PROJECT_LINK_SKIPPED',
    message: `${printable(path)} is a symbolic link and left out: ${reason}`,
    hint: 'replace it by a copy of what it points to if the build needs it',
    location: { file: path },
  };
}

/**
 * Takes out the links whose targets the ignore rules left out: they would dangle in the
 * container.
 * @returns the entries to keep, in the same order; warnings are added to `warnings`
 */
export function dropDanglingLinks(
  root: string,
  entries: readonly ProjectEntry[],
  warnings: Warning[],
): readonly ProjectEntry[] {
  if (!entries.some((entry) => entry.kind === 'symlink')) return entries;
  const present = new Set<string>();
  for (const { path, kind } of entries) {
    if (kind === 'file') present.add(path);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (present.has(folder)) break;
      present.add(folder);
    }
  }
  const start = root === '/' ? 1 : root.length + 1;
  return entries.filter((entry) => {
    if (entry.kind === 'file') return true;
    if (present.has(realpathSync.native(entry.absolute).slice(start))) return true;
    warnings.push(linkWarning(entry.path, 'the ignore rules leave its target out'));
    return false;
  });
}
