import { registerHooks } from 'node:module';

/** The folder of our compiled modules. */
const OURS = new URL('../', import.meta.url).href;

/**
 * Lets imports between our own modules lead where they say, without asking the disk for links and
 * each folder for its kind of package: of an unchanged build, 240 modules, that is a tenth.
 */
export function resolveOwnModules(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const isOurs =
        specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.startsWith(OURS);
      if (!isOurs) return next(specifier, context);
      return { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true };
    },
  });
}
