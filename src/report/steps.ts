import type { BuildEvent, StepProgress } from '../events.ts';

/** A step that runs now. */
export interface RunningStep {
  readonly title: string;
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly startedAt: number;
  progress: StepProgress | undefined;
  /** Its last lines, oldest first. */
  readonly lines: string[];
}

/** Follows events and knows which steps run; it draws nothing. */
export class RunningSteps {
  readonly #steps = new Map<string, RunningStep>();
  readonly #keep: number;

  /** @param keep how many of its last lines each step keeps */
  constructor(keep: number) {
    this.#keep = keep;
  }

  /** @param now milliseconds since the epoch: the engine's clock may be another one */
  apply(event: BuildEvent, now: number): void {
    switch (event.type) {
      case 'step-started':
        this.#steps.set(event.step, {
          title: event.title,
          startedAt: now,
          progress: undefined,
          lines: [],
        });
        return;
      case 'step-finished':
        this.#steps.delete(event.step);
        return;
      case 'log': {
        const lines = this.#steps.get(event.step)?.lines;
        if (lines === undefined || event.text.trim() === '') return;
        lines.push(event.text);
        if (lines.length > this.#keep) lines.shift();
        return;
      }
      case 'progress': {
        const step = this.#steps.get(event.step);
        if (step) step.progress = event;
        return;
      }
      default:
    }
  }

  get all(): readonly RunningStep[] {
    return [...this.#steps.values()];
  }
}
