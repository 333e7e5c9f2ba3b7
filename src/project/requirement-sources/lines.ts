import { dirname, join, normalize } from 'node:path/posix';
import type { RequirementFile } from '../requirements.ts';
import type { RequirementEntry } from './entries.ts';

const INCLUDE = /^(-r|-c|--requirements?|--constraints?)(?:\s*=\s*|\s+|(?<=-[rc]))(\S+)/;

/**
 * The requirements in files of pip's format, for comparing them with others: without
 * comments, options and hashes. Constraints ask for nothing and are not among them.
 */
export function requirementLines(files: readonly RequirementFile[]): RequirementEntry[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const open = files.filter((file) => file.top).map((file) => file.path);
  const seen = new Set<string>();
  const entries: RequirementEntry[] = [];
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    const file = byPath.get(path);
    if (!file || seen.has(path)) continue;
    seen.add(path);
    for (const { text, line } of logicalLines(file.text)) {
      const [, option = '', named = ''] = INCLUDE.exec(text) ?? [];
      if (/^(?:-r|--req)/.test(option)) open.push(normalize(join(dirname(path), named)));
      const isEditable = /^(?:-e|--editable)\b/.test(text);
      if (text.startsWith('-') && !isEditable) continue;
      entries.push({ requirement: text, file: path, line });
    }
  }
  return entries;
}

/** Lines without comments, joined where one ends with `\`. */
function logicalLines(source: string): { readonly text: string; readonly line: number }[] {
  const found: { text: string; line: number }[] = [];
  let start: number | undefined;
  let text = '';
  for (const [index, raw] of source
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    start ??= index + 1;
    if (raw.endsWith('\\')) {
      text += `${raw.slice(0, -1)} `;
      continue;
    }
    text += raw;
    // Options of one requirement, `--hash=…` above all, follow it on its line.
    const bare = text
      .replace(/(?:^|\s)#.*$/, '')
      .replace(/\s--[a-z].*$/, '')
      .trim();
    if (bare !== '') found.push({ text: bare, line: start });
    start = undefined;
    text = '';
  }
  return found;
}
