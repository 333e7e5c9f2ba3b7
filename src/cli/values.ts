import { DOCKERFILE_GRAMMAR, SECRET_ID } from '../plan/grammar.ts';
import { parseAddress } from '../engine/address.ts';
import type { SecretSource } from '../build-options.ts';
import { OvenbirdError, type Problem } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { usage } from './parsed-arguments.ts';
import { typed, type Spelling } from './spelling.ts';

/** What a value that was typed, or stands in the settings, turned out to be. */
export type Value<T> = { readonly value: T } | { readonly problem: Problem };

const PLATFORMS = [
  'linux/amd64',
  'linux/arm64',
  'linux/arm/v7',
  'linux/386',
  'linux/ppc64le',
  'linux/s390x',
  'linux/riscv64',
  'windows/amd64',
];
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** The longest time a timer of Node can hold. Milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** `linux/amd64`, `linux/arm/v7`. */
export function platformValue(text: string, as = typed('platform')): Value<string> {
  if (text.includes(',')) {
    return {
      problem: usage(
        `${as.name} ${JSON.stringify(text)}: one platform a build`,
        'build once for each; pushed images are joined by: docker buildx imagetools create -t NAME:TAG NAME:AMD64 NAME:ARM64',
      ),
    };
  }
  // The word that Apple and Docker use differs from the one that uname says.
  const [os = '', machine = '', ...variant] = text.split('/');
  const names: Record<string, string> = { x86_64: 'amd64', aarch64: 'arm64' };
  const known = [os, names[machine] ?? machine, ...variant].join('/');
  if (PLATFORMS.includes(text)) return { value: text };
  const meant = PLATFORMS.includes(known) ? known : nearest(text, PLATFORMS);
  return {
    problem: usage(
      `${as.name} ${JSON.stringify(text)} is not a platform that we know`,
      meant === undefined
        ? `write OS/ARCHITECTURE: ${as.write('linux/amd64')}`
        : `did you mean: ${as.write(meant)}`,
    ),
  };
}

/** `3.12`. Which versions a target takes is the target's business. */
export function pythonValue(text: string, as = typed('python')): Value<string> {
  if (/^3\.\d{1,2}$/.test(text)) return { value: text };
  const [, minor] = /^(?:python|py|cp)?-?3\.?(\d{1,2})(?:\.\d+)?$/i.exec(text) ?? [];
  const hint = `write it as ${as.write(minor === undefined ? '3.12' : `3.${minor}`)}`;
  return { problem: usage(`${as.name} ${JSON.stringify(text)} is not a Python version`, hint) };
}

/** `600` (seconds), `90s`, `10m`, `1h30m`. @returns milliseconds */
export function timeoutValue(text: string, as = typed('timeout')): Value<number> {
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : sumOfUnits(text);
  if (ms !== undefined && ms >= 1 && ms <= LONGEST) return { value: Math.round(ms) };
  const why = ms === undefined ? 'is not a time' : ms < 1 ? 'is no time at all' : 'is too long';
  return {
    problem: usage(
      `${as.name} ${JSON.stringify(text)} ${why}`,
      `write seconds or a time: ${['600', '10m', '1h30m'].map((each) => as.write(each)).join(', ')}`,
    ),
  };
}

function sumOfUnits(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    sum += Number(amount) * (UNITS[unit] ?? Number.NaN);
  }
  return sum;
}

/** An image reference: it will stand in a Dockerfile, so its grammar is strict. */
export function imageValue(text: string, as = typed('base')): Value<string> {
  if (DOCKERFILE_GRAMMAR.image.test(text)) return { value: text };
  const message = `${as.name} ${JSON.stringify(text)} is not an image reference`;
  const hint = `write NAME:TAG: ${as.write('python:3.12-slim-bookworm')}`;
  return { problem: { code: 'DOCKERFILE_UNSAFE_VALUE', message, hint } };
}

/** `id=HF_TOKEN`, `id=HF_TOKEN,env=TOKEN`, `id=key,src=FILE`; as docker has it. */
export function secretValue(text: string, as = typed('secret')): Value<SecretSource> {
  const fields = new Map(
    text.split(',').map((field) => {
      const at = field.indexOf('=');
      return at === -1 ? [field, ''] : [field.slice(0, at), field.slice(at + 1)];
    }),
  );
  const {
    id = '',
    env,
    src,
    source,
    type,
    ...unknown
  } = Object.fromEntries(fields) as Record<string, string>;
  const file = src ?? source;
  const known =
    Object.keys(unknown).length === 0 && (type === undefined || type === 'file' || type === 'env');
  if (known && SECRET_ID.pattern.test(id) && !(env !== undefined && file !== undefined)) {
    return {
      value: {
        id,
        ...(env === undefined ? {} : { variable: env }),
        ...(file === undefined ? {} : { file }),
      },
    };
  }
  // Not quoted: somebody may have written the value itself there.
  const wrongId = known && fields.has('id') && !SECRET_ID.pattern.test(id);
  return {
    problem: usage(
      wrongId ? `the id of a ${as.name} ${SECRET_ID.says}` : `${as.name} is not in the form that docker has`,
      `${as.write('id=HF_TOKEN')} (from the variable), ${as.write('id=HF_TOKEN,env=VARIABLE')} or ${as.write('id=HF_TOKEN,src=FILE')}`,
    ),
  };
}

/** An engine's address: checked before anything is read or dialled. */
export function engineValue(text: string, as = typed('engine')): Value<string> {
  try {
    parseAddress({ address: text, from: as.name });
    return { value: text };
  } catch (thrown) {
    if (thrown instanceof OvenbirdError) return { problem: thrown.problems[0] };
    throw thrown;
  }
}

/** @returns what is wrong with a value that is not among those which an option takes */
export function choiceProblem(text: string, choices: readonly string[], as: Spelling): Problem | undefined {
  if (choices.includes(text)) return undefined;
  const meant = nearest(text, choices);
  const hint =
    meant === undefined
      ? choices.map((each) => as.write(each)).join(', ')
      : `did you mean: ${as.write(meant)}`;
  return usage(`${as.name} cannot be "${text}"`, hint);
}
