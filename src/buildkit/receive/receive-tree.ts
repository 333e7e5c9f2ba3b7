import { closeSync, writeSync } from 'node:fs';
import { PACKET, type Packet, controlPacket, decodePacket } from '../fsutil/packet.ts';
import { MODE, type ReceivedStat, decodeStat } from '../fsutil/stat.ts';
import { MessageReader } from '../grpc/frame.ts';
import type { ServerCall } from '../grpc/server.ts';
import { MAX_ENTRIES, TreeWriter, unsafe } from './tree-writer.ts';

/** The daemon sends four files at a time; this many open ones are a fault. */
const MAX_OPEN = 256;

const SPECIAL = MODE.device + MODE.namedPipe + MODE.socket + MODE.characterDevice + MODE.irregular;

/**
 * Receives the `local` exporter's files: the receiving side of fsutil's protocol (see
 * `sendEntries` for the other one).
 * @returns bytes received
 */
export function receiveTree(call: ServerCall, folder: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { stream } = call;
    const receiver = new Receiver(folder);
    const packet: Packet = { type: 0, id: 0, stat: undefined, data: undefined };
    const reader = new MessageReader((message) => {
      decodePacket(message, packet);
      receiver.take(packet);
    });
    const fail = (error: unknown) => {
      receiver.abandon();
      reject(error);
    };
    stream.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
        const answer = receiver.answer();
        if (answer) stream.write(answer);
      } catch (error) {
        fail(error);
      }
    });
    stream.on('end', () => {
      if (receiver.finished) resolve(receiver.bytes);
      else fail(new Error('the engine ended the transfer of the result early'));
    });
    stream.on('close', () => fail(new Error('the engine broke off the transfer of the result')));
  });
}

interface Incoming {
  readonly stat: ReceivedStat;
  descriptor: number | undefined;
  written: number;
}

class Receiver {
  readonly #tree: TreeWriter;
  readonly #waiting = new Map<number, Incoming>();
  /** Hard links, made at the end: the file behind one is there when its data has come. */
  readonly #links: ReceivedStat[] = [];
  #answers: Buffer[] = [];
  #next = 0;
  #open = 0;
  #listed = false;
  #abandoned = false;
  bytes = 0;
  /** Everything is on disk and the daemon has said FIN. */
  finished = false;

  constructor(folder: string) {
    this.#tree = new TreeWriter(folder);
  }

  /** What is to be sent to the daemon now. */
  answer(): Buffer | undefined {
    if (this.#answers.length === 0) return undefined;
    const answer = Buffer.concat(this.#answers);
    this.#answers = [];
    return answer;
  }

  take(packet: Packet): void {
    if (this.#abandoned) return;
    if (packet.type === PACKET.stat) {
      if (packet.stat === undefined || packet.stat.length === 0) this.#listed = true;
      else this.#takeStat(decodeStat(packet.stat));
      this.#finishWhenDone();
    } else if (packet.type === PACKET.data) this.#takeData(packet.id, packet.data);
    else if (packet.type === PACKET.fin) {
      if (this.#waiting.size > 0 || !this.#listed)
        throw new Error('the engine finished before its files were sent');
      this.finished = true;
    } else if (packet.type === PACKET.err) {
      throw new Error(`the engine could not send the result: ${packet.data?.toString('utf8') ?? ''}`);
    } else throw new Error(`the engine sent a packet of unknown type ${packet.type}`);
  }

  abandon(): void {
    this.#abandoned = true;
    for (const incoming of this.#waiting.values()) {
      if (incoming.descriptor !== undefined) closeSync(incoming.descriptor);
    }
    this.#waiting.clear();
  }

  #takeStat(stat: ReceivedStat): void {
    if (this.#listed) throw new Error('the engine announced a file after the end of its list');
    const id = this.#next;
    this.#next += 1;
    if (id >= MAX_ENTRIES) throw unsafe(stat.path, `more than ${MAX_ENTRIES} entries`);
    const has = (bit: number) => Math.floor(stat.mode / bit) % 2 === 1;
    const mode = stat.mode % 0o1000;
    if (has(MODE.directory)) this.#tree.directory(stat.path, mode, seconds(stat));
    else if (has(MODE.symlink)) this.#tree.symlink(stat.path, stat.linkname);
    else if ((stat.mode & SPECIAL) !== 0) throw unsafe(stat.path, 'neither file, folder nor link');
    else if (stat.linkname !== '') this.#links.push(stat);
    else {
      this.#waiting.set(id, { stat, descriptor: undefined, written: 0 });
      this.#answers.push(controlPacket(PACKET.req, id));
    }
  }

  #takeData(id: number, data: Buffer | undefined): void {
    const incoming = this.#waiting.get(id);
    if (!incoming) throw new Error(`the engine sent data for ${id}, which nobody asked for`);
    const { stat } = incoming;
    if (incoming.descriptor === undefined) {
      if (this.#open >= MAX_OPEN) throw new Error('the engine sends too many files at once');
      incoming.descriptor = this.#tree.openFile(stat.path);
      this.#open += 1;
    }
    if (data !== undefined && data.length > 0) {
      incoming.written += data.length;
      if (incoming.written > stat.size) throw unsafe(stat.path, 'longer than announced');
      for (let at = 0; at < data.length;) at += writeSync(incoming.descriptor, data, at);
      this.bytes += data.length;
      return;
    }
    // The daemon ends a file that it could not read as if it were empty.
    if (incoming.written !== stat.size) throw unsafe(stat.path, 'shorter than announced');
    this.#waiting.delete(id);
    this.#open -= 1;
    this.#tree.closeFile(stat.path, incoming.descriptor, stat.mode % 0o1000, seconds(stat));
    this.#finishWhenDone();
  }

  #finishWhenDone(): void {
    if (!this.#listed || this.#waiting.size > 0) return;
    for (const { path, linkname } of this.#links) this.#tree.hardLink(path, linkname);
    this.#tree.finish();
    this.#answers.push(controlPacket(PACKET.fin));
  }
}

function seconds(stat: ReceivedStat): number {
  return stat.modTime / 1e9;
}
