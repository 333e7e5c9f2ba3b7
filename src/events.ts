import type { Location } from './errors.ts';

/**
 * The one vocabulary of progress. Everything that shows or stores what a build does
 * (terminal, plain lines, `--progress json`, the library's caller) is a renderer of it.
 */
export type BuildEvent = StepStarted | StepFinished | StepLog | StepProgress | Warning | Note | Artifact;

/** A step (one BuildKit vertex, or work on this side such as scanning) began. */
export interface StepStarted {
  readonly type: 'step-started';
  /** Opaque, unique within a build. */
  readonly step: string;
  /** As a person would name it: "install 14 packages for Python 3.12". */
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export interface StepFinished {
  readonly type: 'step-finished';
  readonly step: string;
  readonly title: string;
  readonly time: number;
  readonly durationMs: number;
  /** The engine answered from its cache; nothing ran. */
  readonly cached: boolean;
  /** Present when the step failed or was cancelled. */
  readonly error?: string;
}

/** One piece of a step's output; `text` is one line without its line break. */
export interface StepLog {
  readonly type: 'log';
  readonly step: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  readonly time: number;
}

/** A counted part of a step: bytes of the context sent, layers pulled. */
export interface StepProgress {
  readonly type: 'progress';
  readonly step: string;
  readonly label: string;
  readonly current: number;
  /** Absent or 0 while unknown. Unit: bytes. */
  readonly total?: number;
}

/** Something the user should know, and that does not stop the build. */
export interface Warning {
  readonly type: 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly location?: Location;
}

/** A decision that was made for the user and is said: the chosen Python, the engine. */
export interface Note {
  readonly type: 'note';
  readonly message: string;
}

/** An output that is whole and in its place. */
export interface Artifact {
  readonly type: 'artifact';
  /** Absolute path, or an image reference. */
  readonly path: string;
  readonly bytes: number;
  /** `sha256:…` */
  readonly digest: string;
}

export type EventSink = (event: BuildEvent) => void;
