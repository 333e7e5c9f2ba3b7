import type { FileContent, ProjectEntry, ProjectTree } from '../../src/project/tree.ts';

/** A tree's entries together with what they hold; files that went away are left out. */
export async function readAll({ files, contents }: ProjectTree): Promise<(ProjectEntry & FileContent)[]> {
  await contents.all();
  const read = await Promise.all(
    files.map(async (file, index) =>
      file.kind === 'file'
        ? { ...file, ...(await contents.of(index)) }
        : { ...file, size: 0, executable: true },
    ),
  );
  return read.filter((file): file is ProjectEntry & FileContent => 'digest' in file);
}
