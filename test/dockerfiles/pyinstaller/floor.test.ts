import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../temporary.ts';
import { python } from '../step.ts';
import { call } from './assemble-step.ts';

/** Writes a library that needs versions of symbols: {library: [[version, flags]]}. */
const MAKE = `
import json, struct, sys
path, needs, wide, little = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3] == "64", sys.argv[4] == "little"
order = "<" if little else ">"
strings = b"\\0"
def text(value):
    global strings
    strings += value.encode() + b"\\0"
    return len(strings) - len(value) - 1
versions = b""
for last, (library, wanted) in enumerate(needs.items(), 1 - len(needs)):
    size = 16 + 16 * len(wanted)
    versions += struct.pack(order + "HHIII", 1, len(wanted), text(library), 16, size if last else 0)
    for left, (name, flags) in enumerate(wanted, 1 - len(wanted)):
        versions += struct.pack(order + "IHHII", 0, flags, 2, text(name), 16 if left else 0)
header, program = (64, 56) if wide else (52, 32)
entry = struct.Struct(order + ("qQ" if wide else "iI"))
at = header + 2 * program
base, start = 0x10000, at + 4 * entry.size
rows = [(0x6ffffffe, base + start), (0x6fffffff, len(needs)), (5, base + start + len(versions)), (0, 0)]
dynamic = b"".join(entry.pack(*row) for row in rows)
total = start + len(versions) + len(strings)
ident = b"\\x7fELF" + bytes([2 if wide else 1, 1 if little else 2, 1]) + bytes(9)
if wide:
    head = ident + struct.pack(order + "HHIQQQIHHHHHH", 3, 62, 1, 0, header, 0, 0, header, program, 2, 0, 0, 0)
    load = struct.pack(order + "IIQQQQQQ", 1, 4, 0, base, base, total, total, 4096)
    dyn = struct.pack(order + "IIQQQQQQ", 2, 4, at, base + at, base + at, len(dynamic), len(dynamic), 8)
else:
    head = ident + struct.pack(order + "HHIIIIIHHHHHH", 3, 20, 1, 0, header, 0, 0, header, program, 2, 0, 0, 0)
    load = struct.pack(order + "IIIIIIII", 1, 0, base, base, total, total, 4, 4096)
    dyn = struct.pack(order + "IIIIIIII", 2, at, base + at, base + at, len(dynamic), len(dynamic), 4, 4)
open(path, "wb").write(head + load + dyn + dynamic + versions + strings)
`;

type Needs = Readonly<Record<string, readonly (readonly [string, 0 | 2])[]>>;

async function make(
  path: string,
  needs: Needs,
  kind: readonly [string, string] = ['64', 'little'],
): Promise<void> {
  const { status, stderr } = await python(['-c', MAKE, path, JSON.stringify(needs), ...kind], {});
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

const floor = (files: readonly (readonly [string, string])[]): Promise<unknown> =>
  call('floor', '[floor.glibc_floor(given["files"]), floor.glibc_private(given["files"])]', { files });

test('the highest version counts as a number, with the first file that needs it', async () => {
  const folder = temporaryFolder();
  const [a, b, c] = ['a.so', 'b.so', 'c.so'].map((name) => join(folder, name));
  await make(a as string, {
    'libc.so.6': [
      ['GLIBC_2.4', 0],
      ['GLIBC_2.17', 0],
    ],
    'libm.so.6': [['GLIBC_2.9', 0]],
  });
  await make(b as string, { 'libstdc++.so.6': [['GLIBCXX_3.4.99', 0]], 'libm.so.6': [['GLIBC_2.27', 0]] });
  await make(c as string, {
    'libc.so.6': [
      ['GLIBC_2.27', 0],
      ['GLIBC_2.40', 2],
    ],
  });
  expect(
    await floor([
      ['z/c.so', c as string],
      ['y/b.so', b as string],
      ['a.so', a as string],
    ]),
  ).toEqual([['2.27', 'y/b.so'], []]);
  expect(await floor([['a.so', a as string]])).toEqual([['2.17', 'a.so'], []]);
});

test('abilities of the loader, and what glibc keeps to itself', async () => {
  const path = join(temporaryFolder(), 'libmvec.so.1');
  await make(path, {
    'libc.so.6': [
      ['GLIBC_ABI_DT_RELR', 0],
      ['GLIBC_2.2.5', 0],
      ['GLIBC_ABI_UNHEARD_OF', 0],
    ],
    'ld-linux-x86-64.so.2': [['GLIBC_PRIVATE', 0]],
  });
  expect(await floor([['libmvec.so.1', path]])).toEqual([['2.36', 'libmvec.so.1'], ['libmvec.so.1']]);
});

test('other kinds of machine, musl, and files that are no library', async () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  await make(at('big.so'), { 'libc.so.6': [['GLIBC_2.28', 0]] }, ['32', 'big']);
  await make(at('musl.so'), { 'libc.musl-x86_64.so.1': [] });
  writeFileSync(at('text.so'), 'INPUT(libc.so.6)');
  writeFileSync(at('empty'), '');
  mkdirSync(at('folder.so'));
  const files = ['musl.so', 'text.so', 'empty', 'folder.so', 'gone.so'].map(
    (name) => [name, at(name)] as const,
  );
  expect(await floor(files)).toEqual([[null, null], []]);
  expect(await floor([...files, ['big.so', at('big.so')]])).toEqual([['2.28', 'big.so'], []]);
});

test('files that are cut short or lie about their sizes are passed over', async () => {
  const folder = temporaryFolder();
  const good = join(folder, 'good.so');
  await make(good, { 'libc.so.6': [['GLIBC_2.17', 0]], 'libm.so.6': [['GLIBC_2.27', 0]] });
  const bytes = readFileSync(good);
  const files: [string, string][] = [];
  const write = (name: string, content: Buffer): void => {
    files.push([name, join(folder, name)]);
    writeFileSync(join(folder, name), content);
  };
  for (let length = 0; length < bytes.length; length += 5) write(`cut${length}`, bytes.subarray(0, length));
  for (let place = 4; place < bytes.length; place += 1)
    for (const value of [0, 0x7f, 0xff]) {
      const broken = Buffer.from(bytes);
      broken[place] = value;
      write(`broken${place}-${value}`, broken);
    }
  expect(await floor(files)).toBeDefined();
});

test('of this Python’s own libraries it is what their strings say', async () => {
  const found = await call(
    'floor, os, re, sys, sysconfig',
    `(lambda files: [floor.glibc_floor(files)[0], max(
      (tuple(map(int, said.split(b"."))) for _, path in files
       for said in re.findall(rb"\\0GLIBC_([0-9.]+)(?=\\0)", open(path, "rb").read())), default=None)])(
      [(name, os.path.join(folder, name))
       for folder in [sysconfig.get_path("platstdlib") + "/lib-dynload"] if os.path.isdir(folder)
       for name in os.listdir(folder)] + [("python", os.path.realpath(sys.executable))])`,
  );
  const [version, strings] = found as [string | null, number[] | null];
  expect(version).toBe(strings?.join('.') ?? null);
});
