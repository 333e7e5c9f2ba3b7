import type { ContextEntry } from '../../context/entry.ts';
import { MessageReader } from '../grpc/frame.ts';
import type { ServerCall } from '../grpc/server.ts';
import { CODE, GrpcError } from '../grpc/status.ts';
import { Outbox } from './outbox.ts';
import { PACKET, type Packet, controlPacket, decodePacket, errorPacket } from './packet.ts';
import { sendFile } from './send-file.ts';
import { statRoom, writeStat } from './stat.ts';

/** What one transfer amounted to. */
export interface SendCounts {
  /** Entries announced. */
  stats: number;
  /** Files that the daemon asked for. */
  files: number;
  /** Their bytes. */
  bytes: number;
}

/**
 * The sending side of fsutil's protocol (tonistiigi/fsutil, receive.go, "send.go and
 * receive.go describe…"): a STAT for each entry and an empty one; the daemon answers REQ(id)
 * for what it does not have, id being the index in that sequence; DATA packets answer that;
 * FIN ends it on both sides.
 * @param onProgress called now and then with the counts so far
 */
export async function sendEntries(
  call: ServerCall,
  entries: readonly ContextEntry[],
  onProgress: (counts: SendCounts) => void,
): Promise<SendCounts> {
  const counts: SendCounts = { stats: entries.length, files: 0, bytes: 0 };
  const requests = new Requests(call, entries);
  const outbox = new Outbox(call.stream);
  try {
    await sendStats(outbox, entries);
    for (;;) {
      const id = requests.next();
      if (id === undefined) {
        outbox.flush();
        onProgress(counts);
        if (!(await requests.more())) break;
        continue;
      }
      const entry = entries[id];
      if (entry?.kind !== 'file') throw invalidRequest(id);
      await sendFile(outbox, id, entry);
      counts.files += 1;
      counts.bytes += entry.size;
      if ((counts.files & 63) === 0 || entry.size > 1024 * 1024) onProgress(counts);
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (!call.stream.destroyed) call.stream.write(errorPacket(text));
    throw error;
  }
  call.stream.write(controlPacket(PACKET.fin));
  return counts;
}

async function sendStats(outbox: Outbox, entries: readonly ContextEntry[]): Promise<void> {
  for (const entry of entries) {
    const room = statRoom(entry);
    if (!outbox.has(room)) await outbox.makeRoom(room);
    outbox.advance(writeStat(outbox.buffer, outbox.offset, entry));
  }
  // STAT is type 0, so the packet that ends the sequence is an empty message.
  if (!outbox.has(5)) await outbox.makeRoom(5);
  outbox.buffer.fill(0, outbox.offset, outbox.offset + 5);
  outbox.advance(outbox.offset + 5);
  outbox.flush();
}

function invalidRequest(id: number): GrpcError {
  return new GrpcError(CODE.invalidArgument, `invalid file request ${id}`);
}

/** The ids that the daemon has asked for and not been sent. */
class Requests {
  readonly #ids: number[] = [];
  readonly #asked: Uint8Array;
  #head = 0;
  #finished = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor({ stream }: ServerCall, entries: readonly ContextEntry[]) {
    this.#asked = new Uint8Array(entries.length);
    const packet: Packet = { type: 0, id: 0, stat: undefined, data: undefined };
    const reader = new MessageReader((message) => this.#take(message, packet));
    stream.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        this.#failure ??= error as Error;
      }
      this.#wake?.();
    });
    const closed = () => {
      if (!this.#finished) this.#failure ??= new Error('the engine closed the file transfer');
      this.#wake?.();
    };
    stream.on('end', closed);
    stream.on('close', closed);
  }

  next(): number | undefined {
    if (this.#failure) throw this.#failure;
    if (this.#head === this.#ids.length) {
      this.#ids.length = 0;
      this.#head = 0;
      return undefined;
    }
    const id = this.#ids[this.#head];
    this.#head += 1;
    return id;
  }

  /** Waits for requests; false when the daemon has all it wants. */
  async more(): Promise<boolean> {
    while (!this.#finished && !this.#failure && this.#ids.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure) throw this.#failure;
    return this.#ids.length > 0;
  }

  #take(message: Buffer, packet: Packet): void {
    decodePacket(message, packet);
    if (packet.type === PACKET.req) {
      // Each file once: a second request could only be a way to make us work.
      if (this.#asked[packet.id] !== 0) throw invalidRequest(packet.id);
      this.#asked[packet.id] = 1;
      this.#ids.push(packet.id);
    } else if (packet.type === PACKET.fin) this.#finished = true;
    else if (packet.type === PACKET.err) {
      throw new Error(`the engine refused the files: ${packet.data?.toString('utf8') ?? ''}`);
    }
  }
}
