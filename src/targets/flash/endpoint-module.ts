import type { SyntaxNode } from '@lezer/common';
import type { Warning } from '../../events.ts';
import { constantsOf, plainAssignment } from '../../project/python/constants.ts';
import { evaluate, type Lookup } from '../../project/python/literal.ts';
import { children, textOf, unwrap } from '../../project/python/nodes.ts';
import type { PythonModule } from '../../project/python/parse.ts';
import { runStatements } from '../../project/python/statements.ts';
import { readCall, type DeclaredCall } from './endpoint-call.ts';
import { nameOf, readFunction } from './endpoint-function.ts';
import { joinLists } from './endpoint-lists.ts';
import { Names } from './endpoint-names.ts';
import type { EndpointFunction, FlashEndpoint } from './endpoint-types.ts';

/** An endpoint as one module defines it, before modules are compared. */
export interface DefinedEndpoint extends FlashEndpoint {
  /** Stands in an `if` or `try`. */
  readonly conditional: boolean;
}

const VERBS = new Set(['get', 'post', 'put', 'delete', 'patch']);

/** Finds the endpoints of one module, in the order of the source. */
export function moduleEndpoints(module: PythonModule): {
  readonly endpoints: readonly DefinedEndpoint[];
  readonly warnings: readonly Warning[];
} {
  const reader = new ModuleReader(module);
  for (const { node, conditional } of runStatements(module, module.tree.topNode))
    reader.read(node, conditional);
  return reader.result();
}

/** A variable or a decorator that declares an endpoint, and what is attached to it. */
interface Draft {
  readonly call: DeclaredCall;
  readonly generation: 'flash' | 'legacy';
  readonly loadBalanced: boolean;
  readonly conditional: boolean;
  /** Of a legacy resource the functions each bring dependencies of their own. */
  readonly extra: DeclaredCall[];
  readonly functions: EndpointFunction[];
}

class ModuleReader {
  readonly #module: PythonModule;
  readonly #names: Names;
  readonly #constants: Lookup;
  readonly #drafts: Draft[] = [];

  constructor(module: PythonModule) {
    this.#module = module;
    this.#names = new Names(module);
    this.#constants = constantsOf(module);
  }

  read(statement: SyntaxNode, conditional: boolean): void {
    if (statement.name === 'ImportStatement') this.#names.import(statement);
    else if (statement.name === 'DecoratedStatement') this.#decorated(statement, conditional);
    else if (statement.name === 'AssignStatement') this.#assignment(statement, conditional);
    else if (/^(?:Function|Class)Definition$/.test(statement.name)) {
      this.#names.bind(nameOf(this.#module, statement), undefined);
    }
  }

  result(): { endpoints: DefinedEndpoint[]; warnings: Warning[] } {
    const used = this.#drafts.filter((draft) => draft.functions.length > 0 || draft.call.isClient);
    const idle = this.#drafts.filter((draft) => !used.includes(draft) && draft.generation === 'flash');
    return {
      endpoints: used.map((draft) => this.#finish(draft)),
      warnings: idle.map(({ call }) => ({
        type: 'warning',
        code: 'FLASH_ENDPOINT_EMPTY',
        message: `endpoint ${call.name === undefined ? 'without a name' : `'${call.name}'`} has no function and no route`,
        hint: 'decorate a function with it, or add a route: @api.get("/path")',
        location: { file: this.#module.file, line: call.line },
      })),
    };
  }

  /** `api = Endpoint(…)`, `gpu = LiveServerless(…)`, `EP = Endpoint`, `f = Endpoint(…)(work)`. */
  #assignment(statement: SyntaxNode, conditional: boolean): void {
    const binding = plainAssignment(this.#module, statement);
    if (!binding) return;
    const value = unwrap(binding.value);
    const index = value.name === 'CallExpression' ? this.#construct(value, conditional) : undefined;
    this.#names.bind(
      binding.name,
      index === undefined ? this.#names.meaningOf(value) : { kind: 'resource', index },
    );
  }

  /** @returns the place of the draft that a call makes */
  #construct(call: SyntaxNode, conditional: boolean): number | undefined {
    const callee = call.firstChild && unwrap(call.firstChild);
    const list = call.getChild('ArgList');
    if (!callee || !list) return undefined;
    if (callee.name === 'CallExpression') return this.#applied(callee, list, conditional);
    const meaning = this.#names.meaningOf(callee);
    if (meaning?.kind !== 'symbol') return undefined;
    const isResource = meaning.name === 'Endpoint' || LEGACY_RESOURCE.test(meaning.name);
    return isResource ? this.#draft(meaning.name, list, call, conditional) : undefined;
  }

  /** `Endpoint(…)(work)`: the function is decorated by hand. */
  #applied(inner: SyntaxNode, list: SyntaxNode, conditional: boolean): undefined {
    const target = children(list).find((node) => node.name === 'VariableName');
    const index = target && this.#construct(inner, conditional);
    const definition = target && this.#definitionOf(textOf(this.#module, target));
    if (index !== undefined && definition) {
      this.#drafts[index]?.functions.push(readFunction(this.#module, definition));
    }
  }

  #definitionOf(name: string): SyntaxNode | undefined {
    return children(this.#module.tree.topNode).find(
      (node) => /^(?:Function|Class)Definition$/.test(node.name) && nameOf(this.#module, node) === name,
    );
  }

  #decorated(statement: SyntaxNode, conditional: boolean): void {
    const definition = statement.getChild('FunctionDefinition') ?? statement.getChild('ClassDefinition');
    if (!definition) return;
    // The outermost is the one that the SDK records.
    statement.getChildren('Decorator').some((decorator) => this.#attach(decorator, definition, conditional));
    this.#names.bind(nameOf(this.#module, definition), undefined);
  }

  /** @returns whether the decorator makes the definition part of an endpoint */
  #attach(decorator: SyntaxNode, definition: SyntaxNode, conditional: boolean): boolean {
    const parts = decorator.getChildren('VariableName').map((node) => textOf(this.#module, node));
    const list = decorator.getChild('ArgList');
    const work = readFunction(this.#module, definition);
    const meaning = this.#names.meaningOfParts(parts);
    if (meaning?.kind === 'symbol' && meaning.name === 'Endpoint' && list) {
      const index = this.#draft('Endpoint', list, decorator, conditional);
      this.#drafts[index]?.functions.push(work);
      return true;
    }
    if (meaning?.kind === 'symbol' && meaning.name === 'remote' && list) {
      return this.#remote(list, decorator, work, conditional);
    }
    if (meaning?.kind === 'resource' && !list) {
      this.#drafts[meaning.index]?.functions.push(work);
      return true;
    }
    return list !== null && this.#route(parts, list, work);
  }

  /** `@api.get("/path")` */
  #route(parts: readonly string[], list: SyntaxNode, work: EndpointFunction): boolean {
    const verb = parts[1];
    const owner = parts.length === 2 ? this.#names.meaningOfParts(parts.slice(0, 1)) : undefined;
    if (verb === undefined || !VERBS.has(verb) || owner?.kind !== 'resource') return false;
    const given = readCall(this.#module, list, list, this.#constants).arguments;
    const route = this.#routeOf(verb.toUpperCase(), given.keywords.get('path') ?? given.positional[0]);
    this.#drafts[owner.index]?.functions.push({ ...work, ...route });
    return true;
  }

  #routeOf(method: string, path: SyntaxNode | undefined): Pick<EndpointFunction, 'route'> {
    const value = path && evaluate(this.#module, path, this.#constants);
    // A computed path is the import's to tell; the empty one marks it as a route.
    return { route: { method, path: typeof value === 'string' ? value : '' } };
  }

  /** `@remote(resource_config=gpu, dependencies=[…], method="POST", path="/x")` */
  #remote(list: SyntaxNode, decorator: SyntaxNode, work: EndpointFunction, conditional: boolean): boolean {
    const call = readCall(this.#module, list, decorator, this.#constants);
    const { keywords, positional } = call.arguments;
    const config = keywords.get('resource_config') ?? positional[0];
    const given = config && unwrap(config);
    const meaning = given && this.#names.meaningOf(given);
    const index =
      meaning?.kind === 'resource'
        ? meaning.index
        : given?.name === 'CallExpression'
          ? this.#construct(given, conditional)
          : undefined;
    const draft = this.#drafts[index ?? -1] ?? this.#unknownResource(call, conditional);
    const method = keywords.get('method');
    const verb = method && evaluate(this.#module, method, this.#constants);
    const routed = draft.loadBalanced && typeof verb === 'string';
    draft.extra.push(call);
    draft.functions.push(routed ? { ...work, ...this.#routeOf(verb, keywords.get('path')) } : work);
    return true;
  }

  /** Its resource comes from somewhere else: the import tells. */
  #unknownResource(call: DeclaredCall, conditional: boolean): Draft {
    const { line, arguments: given } = call;
    const draft: Draft = {
      call: {
        line,
        nameComputed: true,
        isClient: false,
        dependencies: NONE,
        systemDependencies: NONE,
        arguments: given,
      },
      generation: 'legacy',
      loadBalanced: given.keywords.has('method'),
      conditional,
      extra: [],
      functions: [],
    };
    this.#drafts.push(draft);
    return draft;
  }

  #draft(symbol: string, list: SyntaxNode, at: SyntaxNode, conditional: boolean): number {
    const isEndpoint = symbol === 'Endpoint';
    const call = readCall(this.#module, list, at, this.#constants);
    return (
      this.#drafts.push({
        call: isEndpoint ? call : { ...call, isClient: false },
        generation: isEndpoint ? 'flash' : 'legacy',
        loadBalanced: /LoadBalancer/.test(symbol),
        conditional,
        extra: [],
        functions: [],
      }) - 1
    );
  }

  #finish(draft: Draft): DefinedEndpoint {
    const { call, generation, functions } = draft;
    const routed = draft.loadBalanced || functions.some((each) => each.route);
    const kind = call.isClient ? 'client' : routed ? 'load-balanced' : 'queue';
    // A queue endpoint without a name takes that of what it decorates.
    const derived = call.nameComputed || kind !== 'queue' ? undefined : functions[0]?.name;
    const name = call.name ?? (generation === 'flash' ? derived : undefined);
    const calls = [call, ...draft.extra];
    return {
      ...(name === undefined ? {} : { name }),
      kind,
      generation,
      file: this.#module.file,
      line: call.line,
      functions: kind === 'client' ? [] : functions,
      dependencies: joinLists(calls.map((each) => each.dependencies)),
      systemDependencies: joinLists(calls.map((each) => each.systemDependencies)),
      ...(call.pythonVersion === undefined ? {} : { pythonVersion: call.pythonVersion }),
      conditional: draft.conditional,
    };
  }
}

/** `LiveServerless`, `CpuLiveLoadBalancer`, `ServerlessEndpoint`, `LoadBalancerSlsResource`… */
const LEGACY_RESOURCE =
  /^(?:Cpu)?(?:Live)?(?:Serverless(?:Endpoint|Resource)?|LoadBalancer(?:SlsResource)?)$/;

const NONE = { items: [] } as const;
