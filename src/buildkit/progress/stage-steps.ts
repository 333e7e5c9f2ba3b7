import type { EventSink } from '../../events.ts';
import { exitStatusIn, isCancelled, isClipMarker, withoutWrapping } from '../daemon-messages.ts';
import type { Vertex, VertexListener } from './vertexes.ts';

export interface StageStepsOptions {
  /** Titles by stage; vertexes of other stages stay quiet. */
  readonly titles: ReadonlyMap<string, string>;
  readonly stageOf: (vertex: Vertex) => string | undefined;
  readonly onEvent: EventSink;
}

interface Step {
  readonly id: string;
  readonly title: string;
  readonly vertexes: Set<Vertex>;
  started: boolean;
  finished: boolean;
  clipped: boolean;
}

/**
 * Tells a build as a person would: one step a stage, whatever number of instructions it has.
 * A step begins when the first of its instructions runs and ends with the last; when all of
 * them came from the cache it is told in one go.
 */
export class StageSteps implements VertexListener {
  readonly #options: StageStepsOptions;
  readonly #steps = new Map<string, Step>();
  readonly #pulls = new Pulls();
  readonly #warned = new Set<string>();

  constructor(options: StageStepsOptions) {
    this.#options = options;
  }

  vertex(vertex: Vertex): void {
    if (isBase(vertex)) return this.#endPull(vertex);
    const step = this.#stepOf(vertex);
    if (!step || step.finished) return;
    step.vertexes.add(vertex);
    if (vertex.started !== undefined && !vertex.cached) this.#start(step, vertex.started);
    if (vertex.error !== '' && !isCancelled(vertex.error)) this.#finish(step, reasonOf(vertex.error));
    else if ([...step.vertexes].every(({ completed }) => completed !== undefined)) this.#finish(step);
  }

  line(vertex: Vertex, stream: 'stdout' | 'stderr', text: string, time: number): void {
    const step = this.#stepOf(vertex);
    if (!step) return;
    if (isClipMarker(text) && !step.clipped) {
      step.clipped = true;
      const message = `the engine left out part of the output of "${step.title}"`;
      this.#options.onEvent({ type: 'warning', code: 'LOG_CLIPPED', message });
    }
    this.#start(step, time);
    this.#options.onEvent({ type: 'log', step: step.id, stream, text, time });
  }

  progress(vertex: Vertex, part: { id: string; name: string; current: number; total: number }): void {
    if (!isBase(vertex)) return;
    const known = this.#pulls.add(vertex, part);
    if (!known) return;
    const { onEvent } = this.#options;
    const { id, title } = known;
    if (known.first) onEvent({ type: 'step-started', step: id, title, time: Date.now() });
    const { current, total } = known;
    onEvent({ type: 'progress', step: id, label: 'downloaded', current, total });
  }

  warning(text: string, lines: { first: number; last: number } | undefined): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#options.onEvent({
      type: 'warning',
      code: 'DOCKERFILE_CHECK',
      message: text,
      ...(lines ? { location: { file: 'Dockerfile', line: lines.first } } : {}),
    });
  }

  /** The build is over, one way or the other: no step is left running. */
  end(error: string | undefined): void {
    for (const step of this.#steps.values()) {
      if (step.started && !step.finished) this.#finish(step, error);
    }
  }

  #stepOf(vertex: Vertex): Step | undefined {
    const stage = this.#options.stageOf(vertex);
    const title = stage === undefined ? undefined : this.#options.titles.get(stage);
    if (stage === undefined || title === undefined) return undefined;
    let step = this.#steps.get(stage);
    if (!step) {
      const id = `stage:${stage}`;
      step = { id, title, vertexes: new Set(), started: false, finished: false, clipped: false };
      this.#steps.set(stage, step);
    }
    return step;
  }

  #start(step: Step, time: number): void {
    if (step.started) return;
    step.started = true;
    const { id, title } = step;
    this.#options.onEvent({ type: 'step-started', step: id, title, time });
  }

  #finish(step: Step, error?: string): void {
    step.finished = true;
    const vertexes = [...step.vertexes];
    const cached = error === undefined && vertexes.every((vertex) => vertex.cached);
    const time = Math.max(...vertexes.map(({ completed }) => completed ?? Date.now()), 0);
    this.#start(step, time);
    // Its own work, without waiting for other stages in between.
    const durationMs = vertexes.reduce((sum, { started, completed, cached: hit }) => {
      return hit || started === undefined ? sum : sum + (completed ?? time) - started;
    }, 0);
    const { id, title } = step;
    const failed = error === undefined ? {} : { error };
    this.#options.onEvent({
      type: 'step-finished',
      step: id,
      title,
      time,
      durationMs: Math.round(durationMs),
      cached,
      ...failed,
    });
  }

  #endPull(vertex: Vertex): void {
    const pull = this.#pulls.end(vertex);
    if (!pull) return;
    const time = Date.now();
    const failed = vertex.error === '' ? {} : { error: reasonOf(vertex.error) };
    const { id, title, since } = pull;
    this.#options.onEvent({
      type: 'step-finished',
      step: id,
      title,
      time,
      durationMs: time - since,
      cached: false,
      ...failed,
    });
  }
}

/** Layers of base images on their way to the engine. */
class Pulls {
  readonly #pulls = new Map<
    Vertex,
    { since: number; layers: Map<string, { current: number; total: number }> }
  >();

  add(
    vertex: Vertex,
    { id, name, current, total }: { id: string; name: string; current: number; total: number },
  ) {
    // Layers are named by digest; "resolve …" and "extracting …" count no bytes of their own.
    if (!id.startsWith('sha256:') || total === 0 || name === 'done') return undefined;
    let pull = this.#pulls.get(vertex);
    const first = pull === undefined;
    if (!pull) {
      pull = { since: Date.now(), layers: new Map() };
      this.#pulls.set(vertex, pull);
    }
    pull.layers.set(id, { current, total });
    const layers = [...pull.layers.values()];
    return {
      ...described(vertex),
      first,
      current: layers.reduce((sum, layer) => sum + layer.current, 0),
      total: layers.reduce((sum, layer) => sum + layer.total, 0),
    };
  }

  end(vertex: Vertex) {
    const pull = vertex.completed === undefined ? undefined : this.#pulls.get(vertex);
    if (!pull) return undefined;
    this.#pulls.delete(vertex);
    return { ...described(vertex), since: pull.since };
  }
}

function described(vertex: Vertex) {
  const image = /FROM (\S+)/.exec(vertex.parsed.instruction ?? '')?.[1] ?? vertex.name;
  // The digest behind the tag says nothing to a reader.
  return { id: `pull:${vertex.digest}`, title: `download ${image.replace(/@sha256:[0-9a-f]+$/, '')}` };
}

function isBase(vertex: Vertex): boolean {
  return vertex.parsed.instruction?.startsWith('FROM ') ?? false;
}

function reasonOf(error: string): string {
  const status = exitStatusIn(error);
  return status === undefined ? withoutWrapping(error) : `exit status ${status}`;
}
