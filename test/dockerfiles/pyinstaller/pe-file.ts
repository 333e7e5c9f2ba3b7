/** What a made Windows binary asks for. */
export interface PeFile {
  /** DLLs that it does not start without. */
  readonly needed?: readonly string[];
  /** DLLs that it asks for when it comes to them. */
  readonly delayed?: readonly string[];
  /** wine's own files carry it where others have their stub for DOS. */
  readonly mark?: 'Wine builtin DLL' | 'Wine placeholder DLL';
  /** Of 32 bits, with addresses where newer linkers give places. */
  readonly old?: boolean;
}

const HEADER = 0x80;
/** The only section: where it lies in the file, and in memory. */
const [IN_FILE, IN_MEMORY] = [0x400, 0x3000] as const;

/** The bytes of a Windows binary that is nothing but the tables of what it needs. */
export function peFile({ needed = [], delayed = [], mark, old = false }: PeFile): Buffer {
  const base = 0x400000;
  const rows = Buffer.alloc(20 * (needed.length + 1) + 32 * (delayed.length + 1));
  const delayedAt = 20 * (needed.length + 1);
  let names = Buffer.alloc(0);
  const place = (name: string): number => {
    const at = IN_MEMORY + rows.length + names.length;
    names = Buffer.concat([names, Buffer.from(`${name}\0`, 'latin1')]);
    return at;
  };
  needed.forEach((name, index) => rows.writeUInt32LE(place(name), 20 * index + 12));
  delayed.forEach((name, index) => {
    const row = delayedAt + 32 * index;
    rows.writeUInt32LE(old ? 0 : 1, row);
    rows.writeUInt32LE(place(name) + (old ? base : 0), row + 4);
  });
  const section = Buffer.concat([rows, names]);
  const head = Buffer.alloc(IN_FILE);
  head.write('MZ', 0, 'latin1');
  head.writeUInt32LE(HEADER, 60);
  if (mark) head.write(mark, 64, 'latin1');
  head.write('PE\0\0', HEADER, 'latin1');
  const size = (old ? 96 : 112) + 16 * 8;
  head.writeUInt16LE(old ? 0x14c : 0x8664, HEADER + 4);
  head.writeUInt16LE(1, HEADER + 6);
  head.writeUInt16LE(size, HEADER + 20);
  const optional = HEADER + 24;
  head.writeUInt16LE(old ? 0x10b : 0x20b, optional);
  if (old) head.writeUInt32LE(base, optional + 28);
  else head.writeBigUInt64LE(BigInt(base), optional + 24);
  const directories = optional + (old ? 96 : 112);
  head.writeUInt32LE(16, directories - 4);
  if (needed.length > 0) head.writeUInt32LE(IN_MEMORY, directories + 8);
  if (delayed.length > 0) head.writeUInt32LE(IN_MEMORY + delayedAt, directories + 8 * 13);
  const table = optional + size;
  head.write('.rdata', table, 'latin1');
  head.writeUInt32LE(section.length, table + 8);
  head.writeUInt32LE(IN_MEMORY, table + 12);
  head.writeUInt32LE(section.length, table + 16);
  head.writeUInt32LE(IN_FILE, table + 20);
  return Buffer.concat([head, section]);
}
