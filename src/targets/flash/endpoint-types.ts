import type { Problem } from '../../errors.ts';
import type { Warning } from '../../events.ts';

/** What the syntax trees of a project say about its endpoints. */
export interface FoundEndpoints {
  /** Modules that define something to build, sorted by file. */
  readonly modules: readonly FlashModule[];
  /** Sorted by file and line. */
  readonly endpoints: readonly FlashEndpoint[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

export interface FlashModule {
  /** Relative to the project, with `/`. */
  readonly file: string;
  /** As it is imported: `workers.gpu`. */
  readonly module: string;
}

export type EndpointKind = 'queue' | 'load-balanced' | 'client';

export interface FlashEndpoint {
  /** Absent when only running the module can tell. */
  readonly name?: string;
  readonly kind: EndpointKind;
  readonly generation: 'flash' | 'legacy';
  readonly file: string;
  /** Of the `Endpoint(…)` or `@remote(…)`. */
  readonly line: number;
  readonly functions: readonly EndpointFunction[];
  readonly dependencies: DeclaredList;
  readonly systemDependencies: DeclaredList;
  readonly pythonVersion?: string;
}

/** `dependencies=[…]`: what stands there, and whether that is all. */
export interface DeclaredList {
  readonly items: readonly { readonly requirement: string; readonly line: number }[];
  /** Line of the first part that only running the module can tell. */
  readonly computedAt?: number;
}

export interface EndpointFunction {
  readonly name: string;
  /** Of its `def` or `class`. */
  readonly line: number;
  /** For a class: whether any public method is. */
  readonly isAsync: boolean;
  readonly isClass: boolean;
  /** Public methods of a class, in the order of the source. */
  readonly methods?: readonly string[];
  readonly route?: { readonly method: string; readonly path: string };
}
