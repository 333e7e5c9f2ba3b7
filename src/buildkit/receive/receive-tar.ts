import { closeSync, writeSync } from 'node:fs';
import { type Header, extract } from 'tar-stream';
import { WireReader } from '../fsutil/wire.ts';
import { MessageReader } from '../grpc/frame.ts';
import type { ServerCall } from '../grpc/server.ts';
import { TreeWriter, unsafe } from './tree-writer.ts';

/**
 * Receives the `tar` exporter's stream (`moby.filesync.v1.BytesMessage`, data = 1) and
 * unpacks it on the way.
 * @returns bytes received
 */
export function receiveTar(call: ServerCall, folder: string): Promise<number> {
  const { stream } = call;
  const tree = new TreeWriter(folder);
  const archive = extract();
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const reader = new MessageReader((message) => {
      const data = dataOf(message);
      bytes += data.length;
      // tar-stream keeps the chunk until it is written, and the message is only lent to us.
      if (!archive.write(Buffer.from(data))) stream.pause();
    });
    const fail = (error: unknown) => {
      archive.destroy();
      reject(error);
    };
    archive.on('drain', () => stream.resume());
    archive.on('error', fail);
    archive.on('entry', (header, body, next) => {
      try {
        unpack(tree, header, body, next, fail);
      } catch (error) {
        fail(error);
      }
    });
    archive.on('finish', () => {
      try {
        tree.finish();
        resolve(bytes);
      } catch (error) {
        fail(error);
      }
    });
    stream.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        fail(error);
      }
    });
    stream.on('end', () => archive.end());
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

function unpack(
  tree: TreeWriter,
  header: Header,
  body: Readable,
  next: (error?: unknown) => void,
  fail: (error: unknown) => void,
): void {
  const name = header.name.replace(/^\.\//, '').replace(/\/$/, '');
  const mode = (header.mode ?? 0) & 0o777;
  const seconds = (header.mtime?.getTime() ?? 0) / 1000;
  const skip = () => {
    body.on('end', () => next());
    body.resume();
  };
  switch (header.type) {
    case 'directory':
      if (name !== '' && name !== '.') tree.directory(name, mode, seconds);
      return skip();
    case 'symlink':
      tree.symlink(name, header.linkname ?? '');
      return skip();
    case 'link':
      tree.hardLink(name, (header.linkname ?? '').replace(/^\.\//, ''));
      return skip();
    case 'file':
    case 'contiguous-file': {
      const descriptor = tree.openFile(name);
      let written = 0;
      body.on('data', (chunk: Buffer) => {
        try {
          for (let at = 0; at < chunk.length; ) at += writeSync(descriptor, chunk, at);
          written += chunk.length;
        } catch (error) {
          closeSync(descriptor);
          fail(error);
        }
      });
      body.on('end', () => {
        try {
          if (written !== header.size) throw unsafe(name, 'shorter than announced');
          tree.closeFile(name, descriptor, mode, seconds);
          next();
        } catch (error) {
          fail(error);
        }
      });
      return;
    }
    default:
      throw unsafe(name, 'neither file, folder nor link');
  }
}
