import type { Command } from '../command.ts';
import { build } from './build.ts';
import { completion } from './completion.ts';
import { dockerfile } from './dockerfile.ts';
import { doctor } from './doctor.ts';
import { plan } from './plan.ts';

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [build, plan, dockerfile, doctor, completion];
