import type { EventSink } from './events.ts';

/**
 * Work on this side shown as a step of the build, however it ends.
 * @param title also tells it from the build's other steps
 */
export async function asStep<Result>(
  { title, onEvent }: { readonly title: string; readonly onEvent: EventSink },
  work: (step: string) => Promise<Result>,
): Promise<Result> {
  const step = `own ${title}`;
  const started = Date.now();
  onEvent({ type: 'step-started', step, title, time: started });
  const finish = (error?: string): void => {
    const time = Date.now();
    const ending = { type: 'step-finished', step, title, time, durationMs: time - started } as const;
    onEvent({ ...ending, cached: false, ...(error === undefined ? {} : { error }) });
  };
  try {
    const result = await work(step);
    finish();
    return result;
  } catch (thrown) {
    finish(thrown instanceof Error ? thrown.message : String(thrown));
    throw thrown;
  }
}
