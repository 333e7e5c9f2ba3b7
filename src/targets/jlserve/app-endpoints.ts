import type { Problem } from '../../errors.ts';
import type { Lookup } from '../../project/python/literal.ts';
import { callArguments } from '../../project/python/nodes.ts';
import { hintOf, parametersOf, type Parameter } from '../../project/python/parameters.ts';
import { lineOf, type PythonModule } from '../../project/python/parse.ts';
import { isStarred } from '../../project/python/stars.ts';
import type { AppClass } from './app-class.ts';
import type { ClassBody, Member } from './class-body.ts';
import { fold } from './fold.ts';
import { notAModel } from './hints.ts';
import type { ModuleBindings } from './module-bindings.ts';

export interface Endpoint {
  readonly method: string;
  /** Absent when only running the module can tell. */
  readonly path: string | undefined;
  /** Of its `def`. */
  readonly line: number;
}

interface FoundEndpoint extends Endpoint {
  /** Whether it is certain that it is there. */
  readonly certain: boolean;
}

/** Everything that the checks of a class look at. */
export interface ClassView {
  readonly module: PythonModule;
  readonly app: AppClass;
  readonly body: ClassBody;
  readonly lookup: Lookup;
  readonly bindings: ModuleBindings;
}

type Method = Extract<Member, { kind: 'function' }>;

/** The endpoints of an app, by name as jlserve lists them, and what is surely wrong with them. */
export function readEndpoints(view: ClassView): {
  readonly endpoints: readonly Endpoint[];
  readonly problems: readonly Problem[];
} {
  const found: FoundEndpoint[] = [];
  const problems: Problem[] = [];
  let doubtful = view.body.open;
  for (const [name, member] of [...view.body.members].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (member.kind !== 'function') {
      // `predict = jlserve.endpoint()(function)`
      doubtful ||=
        member.kind === 'unknown' || fold(view.module, member.node, view.lookup).kind === 'computed';
      continue;
    }
    const { endpoint, problem } = readMethod(view, name, member);
    doubtful ||= problem !== undefined || endpoint?.certain === false;
    if (problem) problems.push(problem);
    if (!endpoint) {
      doubtful ||= member.decorators.some(({ meaning }) => meaning === undefined);
      continue;
    }
    found.push(endpoint);
    problems.push(...pathProblems(view, endpoint));
    if (isPlain(member)) problems.push(...signatureProblems(view, name, member));
  }
  if (found.length === 0 && !doubtful) problems.push(noEndpoints(view));
  problems.push(...duplicates(view, found));
  return { endpoints: found.map(({ method, path, line }) => ({ method, path, line })), problems };
}

/** Other decorators may change the signature, and a condition the whole. */
function isPlain(method: Method): boolean {
  return !method.conditional && method.decorators.every(({ meaning }) => isEndpoint(meaning?.kind));
}

function isEndpoint(kind: string | undefined): boolean {
  return kind === 'endpoint' || kind === 'endpoint-call';
}

function readMethod(
  view: ClassView,
  name: string,
  method: Method,
): { readonly endpoint?: FoundEndpoint; readonly problem?: Problem } {
  // The outermost is the one that counts.
  const at = method.decorators.findIndex(({ meaning }) => isEndpoint(meaning?.kind));
  const decorator = method.decorators[at];
  if (!decorator) return {};
  const line = lineOf(view.module, method.definition);
  const call = decorator.meaning?.kind === 'endpoint-call' ? decorator.meaning.call : decorator.call;
  if (!call) {
    const location = { file: view.module.file, line: lineOf(view.module, decorator.node) };
    const message = `Endpoint method ${name}(): @jlserve.endpoint must be called`;
    const hint = 'write it with parentheses: @jlserve.endpoint()';
    return { problem: { code: 'JLSERVE_ENDPOINT_INVALID', message, hint, location } };
  }
  const certain = at === 0 && !method.conditional;
  return { endpoint: { method: name, path: pathOf(view, name, call), line, certain } };
}

/** `path if path else "/name"` */
function pathOf(
  view: ClassView,
  name: string,
  list: NonNullable<Method['decorators'][0]['call']>,
): string | undefined {
  const { keywords, positional, spread } = callArguments(view.module, list);
  const given = keywords.get('path') ?? positional[0];
  if (!given) return spread ? undefined : `/${name}`;
  if (spread?.name === '*' || isStarred(view.module, given)) return undefined;
  const value = fold(view.module, given, view.lookup);
  if (value.kind === 'NoneType') return `/${name}`;
  return value.kind === 'str' ? value.value || `/${name}` : undefined;
}

function pathProblems(view: ClassView, { method, path, line, certain }: FoundEndpoint): Problem[] {
  if (path === undefined || !certain) return [];
  const location = { file: view.module.file, line };
  const shown = JSON.stringify(path);
  const problems: Problem[] = [];
  if (!path.startsWith('/')) {
    problems.push({
      code: 'JLSERVE_ENDPOINT_INVALID',
      message: `Endpoint method ${method}(): path ${shown} must start with '/'`,
      hint: `write @jlserve.endpoint(path=${JSON.stringify(`/${path.trim()}`)})`,
      location,
    });
  }
  const parameter = /\{[a-zA-Z_]\w*(?::[a-zA-Z_]\w*)?\}/.exec(path)?.[0];
  if (parameter !== undefined) {
    problems.push({
      code: 'JLSERVE_ENDPOINT_INVALID',
      message: `Endpoint method ${method}(): path ${shown} has a path parameter ${parameter}, which nothing receives`,
      hint: 'make it a field of the input model, and the path a plain one',
      location,
    });
  }
  return problems;
}

/** In the order in which jlserve looks, of all of them at once. */
function signatureProblems(view: ClassView, name: string, method: Method): Problem[] {
  const { module, bindings } = view;
  const parameters = parametersOf(module, method.definition);
  const [, input, ...others] = parameters;
  const invalid = (message: string, hint: string): Problem => ({
    code: 'JLSERVE_ENDPOINT_INVALID',
    message: `Endpoint method ${name}()${message}`,
    hint,
    location: { file: module.file, line: lineOf(module, method.definition) },
  });
  const problems: Problem[] = [];
  const signature = `def ${name}(self, input: Input) -> Output:`;
  if (!input) problems.push(invalid(' must accept an input parameter with a type hint', signature));
  else if (!input.hint) {
    problems.push(invalid(` must have a type hint for input parameter '${input.name}'`, signature));
  }
  const typeDef = method.definition.getChild('TypeDef');
  const returned = typeDef ? hintOf(typeDef) : undefined;
  if (!returned) problems.push(invalid(' must have a return type hint', signature));
  const model = 'derive the class from it: class Input(BaseModel), from pydantic import BaseModel';
  const got = input?.hint && notAModel(module, input.hint, bindings);
  if (got) problems.push(invalid(`: input type must be a Pydantic BaseModel subclass, got ${got}`, model));
  const gave = returned && notAModel(module, returned, bindings);
  if (gave) problems.push(invalid(`: return type must be a Pydantic BaseModel subclass, got ${gave}`, model));
  if (method.definition.firstChild?.name === 'async') {
    problems.push(
      invalid(
        " must not be 'async def': jlserve calls it without awaiting it",
        `write def ${name}(…), with asyncio.run(…) inside if it needs to await`,
      ),
    );
  }
  if (input && (input.kind === 'keyword' || input.kind === 'kwargs')) {
    problems.push(invalid(`: '${input.name}' cannot take the input, which is given by position`, signature));
  }
  const more = others.filter(isRequired).map((each) => `'${each.name}'`);
  if (more.length > 0) {
    problems.push(
      invalid(
        ` must accept one input parameter only: nothing is given for ${more.join(', ')}`,
        'make it a field of the input model, or give it a default',
      ),
    );
  }
  return problems;
}

function isRequired({ kind, hasDefault }: Parameter): boolean {
  return !hasDefault && (kind === 'positional' || kind === 'keyword');
}

function duplicates(view: ClassView, found: readonly FoundEndpoint[]): Problem[] {
  const first = new Map<string, FoundEndpoint>();
  return found.flatMap((endpoint): Problem[] => {
    const { path, method, line, certain } = endpoint;
    if (path === undefined || !certain) return [];
    const other = first.get(path);
    first.set(path, other ?? endpoint);
    if (!other) return [];
    return [
      {
        code: 'JLSERVE_DUPLICATE_PATH',
        message: `Duplicate endpoint path '${path}' found in methods ${other.method}() and ${method}()`,
        hint: `give one of them another path; ${other.method}() is in line ${other.line}`,
        location: { file: view.module.file, line },
      },
    ];
  });
}

function noEndpoints({ module, app }: ClassView): Problem {
  return {
    code: 'JLSERVE_NO_ENDPOINTS',
    message: `App ${app.name} must have at least one method decorated with @jlserve.endpoint()`,
    hint: '@jlserve.endpoint() on a method: def predict(self, input: Input) -> Output:',
    location: { file: module.file, line: app.line },
  };
}
