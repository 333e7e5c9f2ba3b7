import { closeSync, writeSync } from 'node:fs';
import { type Header, extract } from 'tar-stream';
import { WireReader } from '../wire.ts';
import { MessageReader } from '../grpc/frame.ts';
import type { ServerCall } from '../grpc/server.ts';
import { TreeWriter, unsafe } from './tree-writer.ts';

/**
 * Receives the `tar` exporter's stream (`moby.filesync.v1.BytesMessage`, data = 1) and
 * unpacks it on the way; nothing but the files touches the disk.
 * @returns bytes received
 */
export function receiveTar(call: ServerCall, folder: string): Promise<number> {
  const { stream } = call;
  const unpacker = new Unpacker(folder);
  const archive = extract();
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const fail = (error: unknown) => {
      unpacker.abandon();
      archive.destroy();
      reject(error);
    };
    const attempt = (action: () => void) => {
      try {
        action();
      } catch (error) {
        fail(error);
      }
    };
    const reader = new MessageReader((message) => {
      const data = dataOf(message);
      bytes += data.length;
      // tar-stream keeps the chunk until it is written, and the message is only lent to us.
      if (!archive.write(Buffer.from(data))) stream.pause();
    });
    archive.on('drain', () => stream.resume());
    archive.on('error', fail);
    archive.on('entry', (header, body, next) => {
      attempt(() => unpacker.begin(header));
      body.on('error', fail);
      body.on('data', (chunk) => attempt(() => unpacker.write(chunk as Buffer)));
      body.on('end', () =>
        attempt(() => {
          unpacker.endEntry();
          next();
        }),
      );
    });
    archive.on('finish', () =>
      attempt(() => {
        unpacker.finish();
        resolve(bytes);
      }),
    );
    stream.on('data', (chunk: Buffer) => attempt(() => reader.push(chunk)));
    stream.on('end', () => {
      if (reader.atBoundary) archive.end(null);
      else fail(new Error('the engine ended the transfer of the result early'));
    });
    stream.on('close', () => {
      if (!stream.readableEnded) fail(new Error('the engine broke off the transfer of the result'));
    });
  });
}

function dataOf(message: Buffer): Buffer {
  let data = message.subarray(0, 0);
  const reader = new WireReader(message);
  while (reader.next()) {
    if (reader.field === 1 && reader.type === 2) data = reader.bytes();
    else reader.skip();
  }
  return data;
}

/** Writes the entries of an archive, which come one after the other. */
class Unpacker {
  readonly #tree: TreeWriter;
  #current:
    | { readonly header: Header; readonly name: string; readonly descriptor: number; written: number }
    | undefined;
  #abandoned = false;

  constructor(folder: string) {
    this.#tree = new TreeWriter(folder);
  }

  begin(header: Header): void {
    if (this.#abandoned) return;
    const name = header.name.replace(/^\.\//, '').replace(/\/$/, '');
    switch (header.type) {
      case 'directory':
        if (name !== '' && name !== '.') this.#tree.directory(name, header.mode, seconds(header));
        return;
      case 'symlink':
        return this.#tree.symlink(name, header.linkname);
      case 'link':
        return this.#tree.hardLink(name, header.linkname.replace(/^\.\//, ''));
      case 'file':
      case 'contiguous-file':
        this.#current = { header, name, descriptor: this.#tree.openFile(name), written: 0 };
        return;
      default:
        throw unsafe(name, 'neither file, folder nor link');
    }
  }

  write(chunk: Buffer): void {
    const current = this.#current;
    // A link or folder has no content; what an archive claims there is passed over.
    if (!current) return;
    for (let at = 0; at < chunk.length;) at += writeSync(current.descriptor, chunk, at);
    current.written += chunk.length;
  }

  endEntry(): void {
    const current = this.#current;
    if (!current) return;
    this.#current = undefined;
    const { header, name, descriptor, written } = current;
    this.#tree.closeFile(name, descriptor, header.mode, seconds(header));
    if (written !== header.size) throw unsafe(name, 'not as long as announced');
  }

  finish(): void {
    if (!this.#abandoned) this.#tree.finish();
  }

  abandon(): void {
    this.#abandoned = true;
    if (this.#current) closeSync(this.#current.descriptor);
    this.#current = undefined;
  }
}

function seconds({ mtime }: Header): number {
  const time = mtime.getTime() / 1000;
  return Number.isFinite(time) ? time : 0;
}
