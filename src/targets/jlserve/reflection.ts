import { textOf } from '../../project/python/nodes.ts';
import type { PythonModule } from '../../project/python/parse.ts';

const REFLECTION = /^(?:exec|eval|globals|locals|vars|__import__|sys)$/;

/**
 * Whether a module names something that may change its classes and constants without naming
 * them: `exec`, `globals()`, `sys.modules`. `sys.path` and the like don't count.
 */
export function usesReflection(module: PythonModule): boolean {
  let found = false;
  module.tree.iterate({
    enter: ({ node }) => {
      if (node.name === 'ImportStatement') return false;
      if (node.name === 'VariableName' && REFLECTION.test(textOf(module, node))) {
        const whole = node.parent?.name === 'MemberExpression' ? textOf(module, node.parent) : '';
        found ||= textOf(module, node) !== 'sys' || /\bmodules\b/.test(whole);
      }
      return !found;
    },
  });
  return found;
}
