import { HEADER, writeHeader } from '../grpc/frame.ts';
import { WireReader, varintLength, writeVarint } from '../wire.ts';

/**
 * `fsutil.types.Packet` (tonistiigi/fsutil, types/wire.proto): type = 1, stat = 2, ID = 3,
 * data = 4. What is written here are whole gRPC messages, prefix included.
 */
export const PACKET = { stat: 0, req: 1, data: 2, fin: 3, err: 4 } as const;

/** Room that a DATA packet takes at most beside its bytes. */
export const DATA_OVERHEAD = HEADER + 2 + 6 + 1 + 5;

export interface Packet {
  type: number;
  id: number;
  /** Views of the message; undefined when the field is absent. */
  stat: Buffer | undefined;
  data: Buffer | undefined;
}

/** Decodes into `packet`, which the caller reuses from message to message. */
export function decodePacket(message: Buffer, packet: Packet): void {
  packet.type = 0;
  packet.id = 0;
  packet.stat = undefined;
  packet.data = undefined;
  const reader = new WireReader(message);
  while (reader.next()) {
    if (reader.field === 1 && reader.type === 0) packet.type = reader.varint();
    else if (reader.field === 3 && reader.type === 0) packet.id = reader.varint();
    else if (reader.field === 2 && reader.type === 2) packet.stat = reader.bytes();
    else if (reader.field === 4 && reader.type === 2) packet.data = reader.bytes();
    else reader.skip();
  }
}

/** Writes everything of a DATA packet but its bytes; returns where they belong. */
export function writeDataHeader(target: Buffer, offset: number, id: number, length: number): number {
  const idLength = id === 0 ? 0 : 1 + varintLength(id);
  const dataLength = length === 0 ? 0 : 1 + varintLength(length) + length;
  writeHeader(target, offset, 2 + idLength + dataLength);
  let at = offset + HEADER;
  target[at] = 0x08;
  target[at + 1] = PACKET.data;
  at += 2;
  if (id !== 0) {
    target[at] = 0x18;
    at = writeVarint(target, at + 1, id);
  }
  if (length !== 0) {
    target[at] = 0x22;
    at = writeVarint(target, at + 1, length);
  }
  return at;
}

/** A packet without bytes: REQ(id), FIN. */
export function controlPacket(type: number, id = 0): Buffer {
  const packet = Buffer.allocUnsafe(HEADER + 2 + 7);
  let at = HEADER;
  packet[at] = 0x08;
  packet[at + 1] = type;
  at += 2;
  if (id !== 0) {
    packet[at] = 0x18;
    at = writeVarint(packet, at + 1, id);
  }
  writeHeader(packet, 0, at - HEADER);
  return packet.subarray(0, at);
}

/** ERR with its text. */
export function errorPacket(text: string): Buffer {
  const data = Buffer.from(text, 'utf8');
  const packet = Buffer.allocUnsafe(HEADER + 2 + 1 + 5 + data.length);
  packet[HEADER] = 0x08;
  packet[HEADER + 1] = PACKET.err;
  packet[HEADER + 2] = 0x22;
  const at = writeVarint(packet, HEADER + 3, data.length);
  data.copy(packet, at);
  writeHeader(packet, 0, at + data.length - HEADER);
  return packet.subarray(0, at + data.length);
}
