import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../src/failure/step-failure.ts';
import { temporaryFolder } from '../temporary.ts';
import { inMemory } from '../buildkit/fake-daemon.ts';
import { BASE, LABEL, build, processesWith, removeImageLater, salt, solveRaw } from './buildkit-fixtures.ts';
import { dockerAt } from '../engine-cache.ts';
import { testEngines } from './engines.ts';

describe.each(testEngines())('build on Engine $name', ({ address }) => {
  const titles = new Map([['install', 'install things']]);

  it('mounts secrets, says when one is absent, and shows none of them', async () => {
    const value = `tok-${randomBytes(12).toString('hex')}`;
    const lines = Array.from({ length: 40 }, () => randomBytes(48).toString('base64'));
    const pem = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    const { folder, events } = await build(address, {
      dockerfile: `FROM ${BASE} AS install
RUN --mount=type=secret,id=tok --mount=type=secret,id=ca --mount=type=secret,id=none \
  cat /run/secrets/tok; echo; base64 /run/secrets/tok; cat /run/secrets/ca; base64 /run/secrets/ca; \
  python3 -c 'import hashlib; print(hashlib.sha256(open("/run/secrets/tok","rb").read()).hexdigest())' > /sum; \
  test ! -e /run/secrets/none && echo absent; ${salt()}
FROM scratch
COPY --from=install /sum /
`,
      secrets: new Map([
        ['tok', Buffer.from(value)],
        ['ca', Buffer.from(pem)],
      ]),
      titles,
    });
    const { createHash } = await import('node:crypto');
    expect(readFileSync(join(folder, 'sum'), 'utf8').trim()).toBe(
      createHash('sha256').update(value).digest('hex'),
    );
    const texts = events.flatMap((event) => (event.type === 'log' ? [event.text] : []));
    expect(texts).toContain('absent');
    expect(texts.filter((text) => text === '***').length).toBeGreaterThan(50);
    const all = JSON.stringify(events);
    expect(all).not.toContain(value);
    expect(all).not.toContain(Buffer.from(value).toString('base64').slice(0, 20));
    for (const line of lines) expect(all).not.toContain(line);
  });

  it('fails with the step’s lines, the Dockerfile’s and its exit status, masked', async () => {
    const value = randomBytes(12).toString('hex');
    const failing = build(address, {
      dockerfile: `FROM ${BASE} AS install

RUN --mount=type=secret,id=tok for i in $(seq 1 100); do echo line $i; done; \\
    cat /run/secrets/tok; \\
    echo; printf 'last' >&2; ${salt()}; exit 42

FROM scratch
COPY --from=install /x /
`,
      secrets: new Map([['tok', Buffer.from(value)]]),
      titles,
    });
    const failure = await failing.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(StepFailure);
    expect(failure).toMatchObject({
      stage: 'install',
      title: 'install things',
      exitStatus: 42,
      dockerfileLines: { first: 3, last: 5 },
    });
    const { lines, message } = failure as StepFailure;
    expect(lines.length).toBeGreaterThan(50);
    expect(lines).toContain('line 100');
    expect(lines).toContain('last');
    expect(lines).toContain('***');
    expect(lines.join('\n')).not.toContain(value);
    expect(message).not.toContain(value);
    const { events } = failure as { events: { type: string; error?: string }[] };
    expect(events.filter(({ type }) => type === 'step-finished')).toMatchObject([
      { error: 'exit status 42' },
    ]);
  });

  it('names the image that cannot be had', async () => {
    await expect(
      build(address, { dockerfile: 'FROM 127.0.0.1:9/no/such:1\nRUN true\n' }),
    ).rejects.toMatchObject({
      code: 'BASE_IMAGE_UNAVAILABLE',
      message: 'the image 127.0.0.1:9/no/such:1 cannot be had',
    });
  });

  it('stops the step in the engine within a second', async () => {
    const seconds = `4${Math.floor(Math.random() * 1e6)}`;
    const stop = new AbortController();
    let stoppedAt = 0;
    const building = build(address, {
      dockerfile: `FROM ${BASE} AS install\nRUN echo ready; sleep ${seconds}\nFROM scratch\nCOPY --from=install /x /\n`,
      titles,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type !== 'log' || event.text !== 'ready') return;
        stoppedAt = performance.now();
        stop.abort(new Error('stopped by the test'));
      },
    });
    await expect(building).rejects.toThrow('stopped by the test');
    expect(performance.now() - stoppedAt).toBeLessThan(1000);
    await expect.poll(() => processesWith(`sleep ${seconds}`), { timeout: 1000, interval: 20 }).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(1500);
  });

  it('keeps a session for longer than the daemon waits for its health', { timeout: 60_000 }, async () => {
    const { folder } = await build(address, {
      dockerfile: `FROM ${BASE} AS install\nRUN sleep 12; ${salt()}\nRUN --mount=type=secret,id=late cat /run/secrets/late > /late\nFROM scratch\nCOPY --from=install /late /\n`,
      secrets: new Map([['late', Buffer.from('still here')]]),
    });
    expect(readFileSync(join(folder, 'late'), 'utf8')).toBe('still here');
  });

  it('makes an image with its name and labels', async () => {
    const docker = dockerAt(address);
    const name = `ovenbird-test/image:${randomBytes(6).toString('hex')}`;
    removeImageLater(docker, name);
    const { imageDigest, steps } = await build(address, {
      dockerfile: 'FROM scratch\nCOPY a.txt /\n',
      entries: [inMemory('a.txt', name)],
      output: { type: 'image', name, labels: { [LABEL]: 'yes', 'with space': 'a=b, "c"' } },
    });
    const image = await docker.getImage(name).inspect();
    expect(image.Config.Labels).toEqual({ [LABEL]: 'yes', 'with space': 'a=b, "c"' });
    expect(image.Id).toBe(imageDigest);
    expect(steps).toBe(1);
  });

  it('answers from the cache, unless told not to', async () => {
    const dockerfile = `FROM ${BASE} AS install\nRUN ${salt()}; date +%N > /now\nFROM scratch\nCOPY --from=install /now /\n`;
    const first = await build(address, { dockerfile, titles });
    const second = await build(address, { dockerfile, titles });
    const third = await build(address, { dockerfile, titles, noCache: true });
    const now = ({ folder }: { folder: string }) => readFileSync(join(folder, 'now'), 'utf8');
    expect(now(second)).toBe(now(first));
    expect(now(third)).not.toBe(now(first));
    expect(first).toMatchObject({ steps: 2, cachedSteps: 0 });
    expect(second).toMatchObject({ steps: 2, cachedSteps: 2 });
    expect(second.events).toMatchObject([{ type: 'step-started' }, { type: 'step-finished', cached: true }]);
    expect(third).toMatchObject({ steps: 2, cachedSteps: 0 });
  });

  it('a secret’s value re-runs nothing', async () => {
    const dockerfile = `FROM ${BASE} AS install\nRUN --mount=type=secret,id=s ${salt()}; date +%N > /x\nFROM scratch\nCOPY --from=install /x /\n`;
    const run = (value: string) =>
      build(address, { dockerfile, secrets: new Map([['s', Buffer.from(value)]]) });
    expect(await run('one-one-one')).toMatchObject({ cachedSteps: 0 });
    expect(await run('two-two-two')).toMatchObject({ cachedSteps: 2 });
  });

  it('tells that the engine clipped a step’s output', { timeout: 60_000 }, async () => {
    const { events } = await build(address, {
      dockerfile: `FROM ${BASE} AS install\nRUN ${salt()}; i=0; while [ $i -lt 60 ]; do head -c 100000 /dev/zero | tr '\\0' 'x' | fold -w 99; i=$((i+1)); done; touch /x\nFROM scratch\nCOPY --from=install /x /\n`,
      titles,
    });
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([{ code: 'LOG_CLIPPED' }]);
    expect(events.some((event) => event.type === 'log' && event.text.includes('output clipped'))).toBe(true);
  });

  it('an output that cannot be written fails the build and writes nothing else', async () => {
    const output = join(temporaryFolder(), 'gone');
    await expect(
      solveRaw(address, {
        dockerfile: 'FROM scratch\nCOPY a /\n',
        entries: [inMemory('a', 'x')],
        exporter: { type: 'tar', folder: output },
      }),
    ).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    expect(() => readdirSync(output)).toThrow('ENOENT');
  });
});
