import { WireReader } from './wire.ts';

/**
 * What `moby.buildkit.v1.Control` answers (proto/control.proto), as far as it is read here. By
 * hand: protobuf's library takes 50 ms of both processors to load, in the middle of a build.
 */
export interface StatusResponse {
  readonly vertexes: readonly StatusVertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly VertexLog[];
  readonly warnings: readonly VertexWarning[];
}

export interface StatusVertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started?: Timestamp | undefined;
  readonly completed?: Timestamp | undefined;
  readonly error: string;
}

export interface VertexStatus {
  readonly ID: string;
  readonly vertex: string;
  readonly name: string;
  readonly current: Integer;
  readonly total: Integer;
}

export interface VertexLog {
  readonly vertex: string;
  readonly timestamp?: Timestamp | undefined;
  /** 1: stdout, 2: stderr. */
  readonly stream: Integer;
  readonly msg: Uint8Array;
}

export interface VertexWarning {
  readonly short: Uint8Array;
  readonly ranges: readonly { readonly start?: Position | undefined; readonly end?: Position | undefined }[];
}

export interface Timestamp {
  readonly seconds: Integer;
  readonly nanos: number;
}

interface Position {
  readonly line: number;
}

/** A number here; protobuf's library has bigints in the same places. */
type Integer = number | bigint;

/** `SolveResponse`: ExporterResponse = 1, a map of key = 1 and value = 2. */
export function decodeSolve(message: Buffer): Readonly<Record<string, string>> {
  return Object.fromEntries(
    read(message)
      .all(1)
      .map((entry) => [entry.text(1), entry.text(2)]),
  );
}

/** `StatusResponse`: vertexes = 1, statuses = 2, logs = 3, warnings = 4. */
export function decodeStatus(message: Buffer): StatusResponse {
  const fields = read(message);
  return {
    vertexes: fields.all(1).map((vertex) => ({
      digest: vertex.text(1),
      name: vertex.text(3),
      cached: vertex.number(4) !== 0,
      started: timestamp(vertex.one(5)),
      completed: timestamp(vertex.one(6)),
      error: vertex.text(7),
    })),
    statuses: fields.all(2).map((status) => ({
      ID: status.text(1),
      vertex: status.text(2),
      name: status.text(3),
      current: status.number(4),
      total: status.number(5),
    })),
    logs: fields.all(3).map((log) => ({
      vertex: log.text(1),
      timestamp: timestamp(log.one(2)),
      stream: log.number(3),
      msg: log.bytes(4),
    })),
    warnings: fields.all(4).map((warning) => ({
      short: warning.bytes(3),
      // pb.Range: start = 1, end = 2; pb.Position: line = 1.
      ranges: warning.all(7).map((range) => ({ start: position(range.one(1)), end: position(range.one(2)) })),
    })),
  };
}

function timestamp(fields: Fields | undefined): Timestamp | undefined {
  return fields && { seconds: fields.number(1), nanos: fields.number(2) };
}

function position(fields: Fields | undefined): Position | undefined {
  return fields && { line: fields.number(1) };
}

/** A message taken apart. Numbers that are absent are 0, texts empty, as in proto3. */
interface Fields {
  number(field: number): number;
  bytes(field: number): Buffer;
  text(field: number): string;
  /** The message in a field; undefined when it is absent. */
  one(field: number): Fields | undefined;
  all(field: number): readonly Fields[];
}

const NOTHING = Buffer.alloc(0);

function read(message: Buffer): Fields {
  const numbers = new Map<number, number>();
  const parts: { field: number; bytes: Buffer }[] = [];
  const reader = new WireReader(message);
  while (reader.next()) {
    if (reader.type === 0) numbers.set(reader.field, reader.varint());
    else if (reader.type === 2) parts.push({ field: reader.field, bytes: reader.bytes() });
    else reader.skip();
  }
  // Of a field that does not repeat the last one counts.
  const last = (field: number) => parts.findLast((part) => part.field === field)?.bytes;
  return {
    number: (field) => numbers.get(field) ?? 0,
    bytes: (field) => last(field) ?? NOTHING,
    text: (field) => last(field)?.toString('utf8') ?? '',
    one: (field) => {
      const bytes = last(field);
      return bytes && read(bytes);
    },
    all: (field) => parts.filter((part) => part.field === field).map((part) => read(part.bytes)),
  };
}
