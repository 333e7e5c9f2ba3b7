import type { Problem } from '../../errors.ts';
import type { DefinedEndpoint } from './endpoint-module.ts';
import type { EndpointFunction } from './endpoint-types.ts';

/** Paths that the worker's own server answers. */
const RESERVED_PATHS = ['/execute', '/ping'];

/** What is wrong between the endpoints of a project, in the peer's words. */
export function checkEndpoints(endpoints: readonly DefinedEndpoint[]): Problem[] {
  // What stands in an `if` or `try` may be the other half of a choice: the import tells.
  const certain = endpoints.filter((endpoint) => !endpoint.conditional);
  return [
    ...duplicateNames(certain),
    ...duplicateFunctions(certain),
    ...certain.flatMap((endpoint) => routeProblems(endpoint)),
  ];
}

function duplicateNames(endpoints: readonly DefinedEndpoint[]): Problem[] {
  const byName = Map.groupBy(
    endpoints.filter((endpoint) => endpoint.name !== undefined),
    (endpoint) => endpoint.name,
  );
  return Array.from(byName).flatMap(([name, same]): Problem[] => {
    const files = [...new Set(same.map((endpoint) => endpoint.file))].sort();
    const [first] = same;
    const other = same.find((endpoint) => endpoint.file !== first?.file);
    if (!other) return [];
    return [
      {
        code: 'FLASH_DUPLICATE_ENDPOINT',
        message: `endpoint '${name}' is defined in multiple files: ${files.join(', ')}. each endpoint name must be unique across the project.`,
        hint: `give one of them another name: Endpoint(name="${name}-2", …)`,
        location: { file: other.file, line: other.line },
      },
    ];
  });
}

/** The worker finds a function by its name alone. */
function duplicateFunctions(endpoints: readonly DefinedEndpoint[]): Problem[] {
  const seen = new Map<string, DefinedEndpoint>();
  const problems: Problem[] = [];
  for (const endpoint of endpoints) {
    for (const { name, line } of endpoint.functions) {
      const first = seen.get(name);
      if (!first) {
        seen.set(name, endpoint);
        continue;
      }
      problems.push({
        code: 'FLASH_DUPLICATE_FUNCTION',
        message: `Duplicate function name '${name}' found in resources '${shown(first)}' and '${shown(endpoint)}'`,
        hint: `rename one of them; the other is in ${first.file}`,
        location: { file: endpoint.file, line },
      });
    }
  }
  return problems;
}

function routeProblems(endpoint: DefinedEndpoint): Problem[] {
  const seen = new Map<string, EndpointFunction>();
  return endpoint.functions.flatMap((each): Problem[] => {
    const { route, name, line } = each;
    if (!route || route.path === '') return [];
    const location = { file: endpoint.file, line };
    const key = `${route.method} ${route.path}`;
    const first = seen.get(key);
    seen.set(key, first ?? each);
    const problems: Problem[] = [];
    if (first) {
      problems.push({
        code: 'FLASH_DUPLICATE_ROUTE',
        message: `Duplicate route '${key}' in resource '${shown(endpoint)}': both '${first.name}' and '${name}' are mapped to the same route`,
        hint: 'give one of them another path or method',
        location,
      });
    }
    if (RESERVED_PATHS.includes(route.path)) {
      problems.push({
        code: 'FLASH_RESERVED_PATH',
        message: `Function '${name}' cannot use reserved path '${route.path}'. Reserved paths: ${RESERVED_PATHS.join(', ')}`,
        hint: 'the worker answers these itself; use another path',
        location,
      });
    }
    return problems;
  });
}

function shown(endpoint: DefinedEndpoint): string {
  return endpoint.name ?? '(computed name)';
}
