import type { EventSink } from '../../events.ts';
import { onlyStage } from '../dockerfile-lines.ts';
import type { SendCounts } from '../fsutil/sender.ts';
import type { StatusResponse } from '../control-decode.ts';
import { StageSteps } from './stage-steps.ts';
import { type Vertex, Vertexes } from './vertexes.ts';

/** One build as events, from what the daemon tells and from what is sent to it. */
export class BuildProgress {
  readonly #vertexes: Vertexes;
  readonly #steps: StageSteps;
  readonly #onEvent: EventSink;
  readonly #onlyStage: string | undefined;
  #sendingSince: number | undefined;

  constructor({
    dockerfile,
    titles,
    onEvent,
  }: {
    readonly dockerfile: string;
    readonly titles: ReadonlyMap<string, string>;
    readonly onEvent: EventSink;
  }) {
    this.#onEvent = onEvent;
    this.#onlyStage = onlyStage(dockerfile);
    this.#steps = new StageSteps({ titles, onEvent, stageOf: this.stageOf });
    this.#vertexes = new Vertexes(this.#steps);
  }

  readonly stageOf = (vertex: Vertex): string | undefined =>
    vertex.parsed.kind === 'instruction' ? (vertex.parsed.stage ?? this.#onlyStage) : undefined;

  get vertexes(): Iterable<Vertex> {
    return this.#vertexes.all;
  }

  /**
   * Instructions of the Dockerfile, those that the engine did not need to run, and the stages of
   * the others.
   */
  get counts(): { steps: number; cachedSteps: number; ran: readonly string[] } {
    let steps = 0;
    let cachedSteps = 0;
    const ran = new Set<string>();
    for (const vertex of this.#vertexes.all) {
      const { parsed, cached, started } = vertex;
      if (parsed.kind !== 'instruction' || parsed.instruction?.startsWith('FROM ')) continue;
      steps += 1;
      const stage = this.stageOf(vertex);
      if (cached || started === undefined) cachedSteps += 1;
      else if (stage !== undefined) ran.add(stage);
    }
    return { steps, cachedSteps, ran: [...ran] };
  }

  status(status: StatusResponse): void {
    this.#vertexes.update(status);
  }

  /** Files on their way to the engine; silent when it has them all. */
  sending(folder: string, { files, bytes }: SendCounts, done: boolean): void {
    if (folder !== 'context' || files === 0) return;
    const step = 'context';
    const title = 'send the project to the engine';
    const time = Date.now();
    if (this.#sendingSince === undefined) {
      this.#sendingSince = time;
      this.#onEvent({ type: 'step-started', step, title, time });
    }
    this.#onEvent({ type: 'progress', step, label: 'sent', current: bytes });
    if (!done) return;
    const durationMs = time - this.#sendingSince;
    this.#sendingSince = undefined;
    this.#onEvent({ type: 'step-finished', step, title, time, durationMs, cached: false });
  }

  /** No step is left open after this. @param error why the build stopped, if it did */
  end(error?: string): void {
    this.#vertexes.end();
    this.#steps.end(error);
    if (this.#sendingSince === undefined) return;
    const time = Date.now();
    this.#onEvent({
      type: 'step-finished',
      step: 'context',
      title: 'send the project to the engine',
      time,
      durationMs: time - this.#sendingSince,
      cached: false,
      ...(error === undefined ? {} : { error }),
    });
    this.#sendingSince = undefined;
  }
}
