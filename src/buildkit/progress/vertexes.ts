import type { StatusResponse, Timestamp } from '../control-decode.ts';
import { LogLines } from './log-lines.ts';
import { Tail } from './tail.ts';
import { type VertexName, parseVertexName } from './vertex-name.ts';

/** One node of the daemon's build graph, as far as it has been told. Times in milliseconds. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly parsed: VertexName;
  cached: boolean;
  started: number | undefined;
  completed: number | undefined;
  error: string;
  readonly tail: Tail;
}

export interface VertexListener {
  /** The vertex is new, started, was answered from the cache, completed or failed. */
  vertex(vertex: Vertex): void;
  line(vertex: Vertex, stream: 'stdout' | 'stderr', text: string, time: number): void;
  /** Bytes of a part of it, such as a layer. @param total 0 while unknown */
  progress(vertex: Vertex, part: { id: string; name: string; current: number; total: number }): void;
  warning(text: string, lines: { first: number; last: number } | undefined): void;
}

/** Puts the daemon's status messages together: each carries only what has changed. */
export class Vertexes {
  readonly #listener: VertexListener;
  readonly #byDigest = new Map<string, Vertex>();
  readonly #logs = new Map<string, { readonly lines: LogLines; time: number }>();

  constructor(listener: VertexListener) {
    this.#listener = listener;
  }

  get all(): Iterable<Vertex> {
    return this.#byDigest.values();
  }

  find(digest: string): Vertex | undefined {
    return this.#byDigest.get(digest);
  }

  update(status: StatusResponse): void {
    // Logs first: a step's end may come in the same message as its last words.
    for (const { digest, name } of status.vertexes) this.#known(digest, name);
    for (const log of status.logs) this.#log(log);
    for (const update of status.vertexes) {
      const vertex = this.#known(update.digest, update.name);
      vertex.cached ||= update.cached;
      vertex.started = milliseconds(update.started) ?? vertex.started;
      // A vertex may be started again; it is over when the last message says so.
      vertex.completed = milliseconds(update.completed);
      vertex.error = update.error;
      if (vertex.completed !== undefined) this.#endLogs(vertex);
      this.#listener.vertex(vertex);
    }
    for (const part of status.statuses) {
      const vertex = this.#byDigest.get(part.vertex);
      if (!vertex) continue;
      const { ID: id, name } = part;
      this.#listener.progress(vertex, { id, name, current: Number(part.current), total: Number(part.total) });
    }
    for (const warning of status.warnings) {
      const first = warning.ranges[0]?.start?.line;
      const last = warning.ranges.at(-1)?.end?.line;
      const lines = first && last ? { first, last } : undefined;
      this.#listener.warning(Buffer.from(warning.short).toString('utf8'), lines);
    }
  }

  /** The build is over: partial lines are lines. */
  end(): void {
    for (const vertex of this.#byDigest.values()) this.#endLogs(vertex);
  }

  #known(digest: string, name: string): Vertex {
    let vertex = this.#byDigest.get(digest);
    if (!vertex) {
      vertex = {
        digest,
        name,
        parsed: parseVertexName(name),
        cached: false,
        started: undefined,
        completed: undefined,
        error: '',
        tail: new Tail(),
      };
      this.#byDigest.set(digest, vertex);
    }
    return vertex;
  }

  #log(log: StatusResponse['logs'][number]): void {
    const vertex = this.#byDigest.get(log.vertex);
    if (!vertex) return;
    const stream = Number(log.stream) === 2 ? 'stderr' : 'stdout';
    const key = `${log.vertex} ${stream}`;
    let open = this.#logs.get(key);
    if (!open) {
      const lines = new LogLines((text) => {
        vertex.tail.push(text);
        this.#listener.line(vertex, stream, text, this.#logs.get(key)?.time ?? Date.now());
      });
      open = { lines, time: 0 };
      this.#logs.set(key, open);
    }
    open.time = milliseconds(log.timestamp) ?? Date.now();
    open.lines.push(log.msg);
  }

  #endLogs(vertex: Vertex): void {
    for (const stream of ['stdout', 'stderr']) {
      const key = `${vertex.digest} ${stream}`;
      this.#logs.get(key)?.lines.end();
      this.#logs.delete(key);
    }
  }
}

function milliseconds(timestamp: Timestamp | undefined): number | undefined {
  return timestamp && Math.round(Number(timestamp.seconds) * 1000 + timestamp.nanos / 1e6);
}
