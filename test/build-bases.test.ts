import { expect, test, vi } from 'vitest';
import { chooseImages } from '../src/build-bases.ts';
import { findEngine } from '../src/engine/find.ts';
import type { BuildEvent } from '../src/events.ts';
import { dockerProvider } from '../src/providers/docker.ts';
import { fakeEngine, VERSION, type Answers } from './engine/fake-engine.ts';
import { temporaryFolder } from './temporary.ts';

const PLAN = {
  platform: 'linux/amd64',
  base: { reference: 'python:3.12-slim-bullseye', standIn: 'ovenbird/python:3.12-bullseye' },
  images: {
    smoke: { reference: 'debian:bullseye-slim', standIn: 'ovenbird/debian:bullseye' },
    other: { reference: 'debian:bookworm-slim' },
  },
};
const local = { body: { Id: 'sha256:11', Os: 'linux', Architecture: 'amd64' } };
const unreachable = { status: 500, body: { message: 'dial tcp: no such host' } };

async function choosing(answers: Answers) {
  vi.stubEnv('XDG_CACHE_HOME', temporaryFolder());
  const { socket } = await fakeEngine({ '/version': { body: VERSION }, ...answers });
  const { signal } = new AbortController();
  const engine = await findEngine({ address: `unix://${socket}`, env: {}, signal });
  const provider = dockerProvider({ engine, env: {} });
  const events: BuildEvent[] = [];
  const around = { signal, onEvent: (event: BuildEvent) => void events.push(event) };
  return {
    events,
    choose: (plan: Parameters<typeof chooseImages>[1]) => chooseImages(provider, plan, around),
  };
}

test('each image is chosen by itself, and each stand-in is said', async () => {
  const { choose, events } = await choosing({
    '/images/ovenbird/python:3.12-bullseye/json': local,
    '/images/ovenbird/debian:bullseye/json': local,
    '/images/debian:bookworm-slim/json': local,
    '/distribution/python:3.12-slim-bullseye/json': unreachable,
    '/distribution/debian:bullseye-slim/json': unreachable,
  });
  expect(await choose(PLAN)).toEqual({
    base: 'ovenbird/python:3.12-bullseye',
    images: { smoke: 'ovenbird/debian:bullseye', other: 'debian:bookworm-slim' },
  });
  const notes = events.map((event) => (event.type === 'note' ? event.message : ''));
  expect(notes.sort()).toEqual([
    expect.stringMatching(/debian:bullseye-slim: building in ovenbird\/debian:bullseye,/),
    expect.stringMatching(/python:3\.12-slim-bullseye: building in ovenbird\/python:3\.12-bullseye,/),
  ]);
});

test('a plan without further images', async () => {
  const { choose } = await choosing({ '/images/debian:bookworm-slim/json': local });
  const { other } = PLAN.images;
  expect(await choose({ base: other, platform: PLAN.platform })).toEqual({
    base: other.reference,
    images: {},
  });
});

test('all that are missing are told at once, the base first; only for it is there an option', async () => {
  const { choose } = await choosing({
    '/distribution/python:3.12-slim-bullseye/json': { ...unreachable, delayMs: 200 },
    '/distribution/debian:bullseye-slim/json': unreachable,
    '/distribution/debian:bookworm-slim/json': { status: 404, body: { message: 'manifest unknown' } },
  });
  const error: unknown = await choose(PLAN).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'BASE_IMAGE_UNAVAILABLE',
    problems: [
      { message: expect.stringContaining('python:3.12-slim-bullseye') as string },
      { message: expect.stringContaining('debian:bullseye-slim') as string },
      { message: 'the base image debian:bookworm-slim does not exist' },
    ],
  });
  const hints = (error as { problems: { hint: string }[] }).problems.map(({ hint }) =>
    hint.includes('--base'),
  );
  expect(hints).toEqual([true, false, false]);
});

test('an engine that fails is told instead', async () => {
  const { choose } = await choosing({
    '/images/debian:bullseye-slim/json': { status: 500, body: { message: 'disk on fire' } },
  });
  await expect(choose(PLAN)).rejects.toMatchObject({ code: 'ENGINE_PROTOCOL' });
});
