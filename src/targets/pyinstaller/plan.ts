import { PLAN_SCHEMA } from '../../plan/form.ts';
import type { BuildPlan } from '../../plan/schema.ts';
import { canonicalJson } from '../../plan/canonical.ts';
import type { PyinstallerInputs } from './inputs.ts';
import { planLinux } from './plan-linux.ts';
import type { SystemPlan } from './plan-system.ts';
import { planWindows } from './plan-windows.ts';
import { allStages } from './stages.ts';
import { distOf, together, type System } from './system.ts';

const PLANS: Readonly<Record<System, (inputs: PyinstallerInputs) => SystemPlan>> = {
  linux: planLinux,
  windows: planWindows,
};

/** Inputs of a program → its plan. Pure: same inputs, same document. */
export function planPyinstaller(inputs: PyinstallerInputs): BuildPlan {
  const { bases, options, entry } = inputs;
  const parts = options.systems.map((system) => ({ system, part: PLANS[system](inputs) }));
  const merged = <K extends 'images' | 'stages' | 'files' | 'inputs' | 'titles'>(key: K): SystemPlan[K] =>
    Object.assign({}, ...parts.map(({ part }) => part[key])) as SystemPlan[K];
  const images = merged('images');
  const result = `report-${together(options.systems)}`;
  return {
    $schema: PLAN_SCHEMA,
    target: 'pyinstaller',
    name: inputs.name,
    platform: inputs.platform,
    python: inputs.python,
    base: bases.base,
    images,
    template: 'pyinstaller',
    stages: allStages(merged('stages'), images),
    result,
    files: { ...merged('files'), 'outline/request.json': canonicalJson({ entry }) },
    ...(inputs.windows ? { inputs: merged('inputs'), native: true } : {}),
    rebuilt: ['outline', ...parts.flatMap(({ part }) => part.rebuilt)],
    titles: {
      uv: 'fetch uv',
      outline: 'outline the project',
      ...merged('titles'),
      [result]: 'report',
      [distOf(options.systems)]: options.systems.length > 1 ? 'copy the executables' : 'copy the executable',
    },
    reasons: [
      inputs.pythonReason,
      inputs.entryReason,
      inputs.requirements.reason,
      ...parts.flatMap(({ part }) => part.reasons),
    ],
    facts: {
      entry: { ...entry },
      sourceRoots: [...inputs.sourceRoots],
      smoke: { ...options.smoke, arguments: [...options.smoke.arguments] },
      systems: Object.fromEntries(parts.map(({ system, part }) => [system, part.facts])),
      glibc: options.glibc ?? null,
      requirements: inputs.requirements.source,
    },
  };
}
