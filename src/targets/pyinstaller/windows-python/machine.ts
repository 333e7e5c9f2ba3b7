const MACHINES: ReadonlyMap<number, string> = new Map([
  [0x8664, 'amd64'],
  [0x014c, '32-bit x86'],
  [0xaa64, 'arm64'],
  [0x01c4, '32-bit arm'],
]);

/**
 * What a Windows program is for: `amd64`.
 * @param head its first bytes
 * @returns undefined when it is no Windows program
 */
export function machineOf(head: Uint8Array): string | undefined {
  const view = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (view.length < 64 || view.toString('latin1', 0, 2) !== 'MZ') return undefined;
  const at = view.readUInt32LE(60);
  if (at + 6 > view.length || view.toString('latin1', at, at + 4) !== 'PE\0\0') return undefined;
  const machine = view.readUInt16LE(at + 4);
  return MACHINES.get(machine) ?? `an unknown processor (0x${machine.toString(16)})`;
}
