import { expect, test } from 'vitest';
import { renderDockerfile } from '../../src/dockerfile/render.ts';

const options = {
  template: 'FROM --platform={{platform}} {{base}} AS target\nFROM {{lock}} AS lock\n',
  base: 'python:3.12-slim-bookworm',
  platform: 'linux/amd64',
  stages: { lock: 'lock-given' },
};

test('puts each value in its place, twice the same', () => {
  const text = renderDockerfile(options);
  expect(text).toBe(
    'FROM --platform=linux/amd64 python:3.12-slim-bookworm AS target\nFROM lock-given AS lock\n',
  );
  expect(renderDockerfile(options)).toBe(text);
});

test.each([
  'python',
  'python:3.12',
  'runpod/flash:py3.12-latest',
  'localhost:5000/a/b_c:1.0',
  'registry.example.com/x/y@sha256:' + 'a'.repeat(64),
  'ghcr.io/a/b:1@sha256:' + '0'.repeat(64),
])('takes the image reference %s', (base) => {
  expect(renderDockerfile({ ...options, base })).toContain(` ${base} AS target`);
});

test.each([
  '',
  'python:3.12\nRUN rm -rf /',
  'python 3.12',
  'python:$(id)',
  'python:${TAG}',
  'python:`id`',
  'python:3.12 AS x',
  '-v',
  '../etc',
  'Python:3',
  'python:3.12\u2028RUN x',
  "python:'3'",
  'python@sha256:123',
  'a'.repeat(400),
])('refuses %j as an image reference', (base) => {
  expect(() => renderDockerfile({ ...options, base })).toThrowError(
    expect.objectContaining({ code: 'DOCKERFILE_UNSAFE_VALUE', exitCode: 1 }),
  );
});

test.each(['linux', 'linux/amd64 x', 'linux/amd64\n', 'LINUX/AMD64', 'linux/arm64/8'])(
  'refuses %j as a platform',
  (platform) => {
    expect(() => renderDockerfile({ ...options, platform })).toThrowError(
      expect.objectContaining({ code: 'DOCKERFILE_UNSAFE_VALUE' }),
    );
  },
);

test('a value inside a value is not expanded again', () => {
  expect(() => renderDockerfile({ ...options, stages: { lock: '{{base}}' } })).toThrowError(
    expect.objectContaining({ code: 'DOCKERFILE_UNSAFE_VALUE' }),
  );
});

const withSmoke = {
  ...options,
  template: 'FROM {{base}} AS target\nFROM --platform={{platform}} {{smoke}} AS smoke\n',
  images: { smoke: 'debian:bookworm-slim' },
};

test('further images have placeholders of their own', () => {
  expect(renderDockerfile(withSmoke)).toBe(
    'FROM python:3.12-slim-bookworm AS target\nFROM --platform=linux/amd64 debian:bookworm-slim AS smoke\n',
  );
});

test.each(['', 'debian:12\nRUN id', '{{base}}', 'debian:$(id)', 'Debian'])(
  'refuses %j as a further image',
  (smoke) => {
    expect(() => renderDockerfile({ ...withSmoke, images: { smoke } })).toThrowError(
      expect.objectContaining({ code: 'DOCKERFILE_UNSAFE_VALUE' }),
    );
  },
);

test.each([
  { images: { base: 'debian:bookworm-slim' } },
  { images: { platform: 'debian:bookworm-slim' } },
  { images: { lock: 'debian:bookworm-slim' } },
  { stages: { base: 'lock-given' } },
])('a placeholder with two values is a defect: %j', (values) => {
  expect(() => renderDockerfile({ ...options, ...values })).toThrowError(
    expect.objectContaining({ code: 'PLAN_INVALID', exitCode: 70 }),
  );
});

test('a placeholder that nobody fills is a defect', () => {
  expect(() => renderDockerfile({ ...options, stages: {} })).toThrowError(
    expect.objectContaining({ code: 'PLAN_INVALID', exitCode: 70 }),
  );
});
