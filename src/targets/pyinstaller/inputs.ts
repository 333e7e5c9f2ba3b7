import type { BuildPlan } from '../../plan/schema.ts';
import type { ChosenRequirements } from '../../project/requirement-sources/choose.ts';
import type { Entry } from './entry.ts';
import type { Additions } from './additions.ts';
import type { PlacedOptions } from './options.ts';
import type { System } from './system.ts';
import type { WindowsPart } from './windows-python/plan.ts';

type Image = BuildPlan['base'];

/** Where it is built and where it is tried. */
export interface Bases {
  readonly base: Image;
  /** A system without Python, where there is one of the same age. */
  readonly smoke: Image;
  /** What the resolver may take wheels for: a version, or `base`. */
  readonly glibc: string;
  readonly reason: string;
}

/** What `[project]` says that the running program can ask for. */
export interface ProjectMetadata {
  readonly name: string;
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly entryPoints: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies: readonly string[];
}

/** All that the plan of an executable depends on, as data. */
export interface PyinstallerInputs {
  readonly entry: Entry;
  /** What the executable is called; a spec says it itself. */
  readonly name: string;
  /** Relative to the project; modules are found from there. */
  readonly sourceRoots: readonly string[];
  readonly entryReason: string;
  readonly metadata: ProjectMetadata | undefined;
  readonly requirements: ChosenRequirements;
  readonly python: string;
  readonly pythonReason: string;
  readonly platform: string;
  readonly bases: Bases;
  readonly options: PlacedOptions;
  /** The Windows Python, where one is needed. */
  readonly windows: WindowsPart | undefined;
  /** What earlier rounds found to be missing. */
  readonly additions: Readonly<Record<System, Additions>>;
  /** The project's locks. */
  readonly locks: Readonly<Partial<Record<System, string>>>;
  readonly verify: boolean;
}
