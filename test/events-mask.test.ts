import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMask, maskSink } from '../src/events-mask.ts';
import type { BuildEvent } from '../src/events.ts';

const TOKEN = 'gh+p/tök en_8xR2';

describe('mask', () => {
  const mask = createMask([Buffer.from(TOKEN), Buffer.from('abcd'), Buffer.from('x')]);

  it.each([
    TOKEN,
    Buffer.from(TOKEN).toString('base64'),
    Buffer.from(TOKEN).toString('base64url'),
    encodeURIComponent(TOKEN),
    encodeURIComponent(TOKEN).replaceAll('%20', '+'),
    encodeURIComponent(TOKEN).toLowerCase().replace('8xr2', '8xR2'),
  ])('hides %s wherever it stands', (form) => {
    for (const text of [form, `a ${form}`, `https://u:${form}@host/`, `${form}${form}`]) {
      const hidden = mask(text);
      expect(hidden).toContain('***');
      expect(hidden).not.toContain(form);
      expect(hidden).not.toContain(form.slice(2, -2));
    }
  });

  it.each([0, 1, 2, 3, 4, 5])('hides base64 of something %i bytes longer in front', (before) => {
    const encoded = Buffer.from(`${'u'.repeat(before)}${TOKEN}!tail`).toString('base64');
    const hidden = mask(`Authorization: Basic ${encoded}`);
    expect(hidden).toMatch(/^Authorization: Basic .{0,8}\*\*\*.{0,10}$/);
  });

  it('hides short values and leaves what is too short to mean anything', () => {
    expect(mask('zabcdz and x')).toBe('z***z and x');
    expect(mask('nothing here')).toBe('nothing here');
    expect(createMask([])('abcd')).toBe('abcd');
  });
});

describe('mask of a CA bundle', () => {
  const body = (bytes: Buffer) =>
    bytes
      .toString('base64')
      .replaceAll(/(.{64})/g, '$1\n')
      .trim();
  const certificates = Array.from({ length: 140 }, () => randomBytes(1000));
  const bundle = certificates
    .map(
      (bytes, index) =>
        `# CA ${index}\n=====================\n-----BEGIN CERTIFICATE-----\n${body(bytes)}\n-----END CERTIFICATE-----\n`,
    )
    .join('\n');
  const mask = createMask([Buffer.from(bundle)]);

  it('hides each line of it, short last lines too', () => {
    expect(bundle.length).toBeGreaterThan(190_000);
    const lines = bundle
      .split('\n')
      .filter((line) => /^[A-Za-z0-9+/=]{8,}$/.test(line) && !/^=+$/.test(line));
    for (const line of lines) expect(mask(`> ${line} <`)).toBe('> *** <');
  });

  it('hides parts of lines, several lines at once and its wrapped base64', () => {
    // The URL form of a line agrees with it up to the next `+` or `/`: neither form may hide
    // only its own part.
    for (const line of body(certificates[7] ?? Buffer.alloc(0))
      .split('\n')
      .slice(0, -1)) {
      for (let from = 0; from < 40; from += 1) expect(mask(line.slice(from, from + 24))).toBe('***');
      expect(mask(line.slice(9, 50))).toBe('***');
    }
    expect(mask(JSON.stringify({ pem: bundle.slice(5000, 6000) }))).not.toMatch(/[A-Za-z0-9+/]{24}/);
    const wrapped = Buffer.from(bundle)
      .toString('base64')
      .replaceAll(/(.{76})/g, '$1\n')
      .split('\n');
    // What may be left is the rule under a name (`=====`, which base64 writes as PT09) and a
    // few characters between two finds, too few to be of use.
    for (const encoded of wrapped.slice(0, -1)) {
      expect(mask(encoded).replaceAll(/\*\*\*|[PT09=]/g, '').length).toBeLessThan(20);
    }
    expect(mask(`data:${Buffer.from(`x${bundle}`).toString('base64').slice(40, 4000)}`)).toMatch(
      /^data:\*\*\*$/,
    );
  });

  it('hides the same in its first texts as in all later ones, which it looks through in another way', () => {
    const bytes = Buffer.from(bundle);
    const forms = [
      bundle,
      encodeURIComponent(bundle),
      ...[0, 1, 2].map((before) => Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')),
      Buffer.concat([Buffer.alloc(1), bytes]).toString('base64url'),
    ];
    const texts = forms.flatMap((form, number) =>
      Array.from({ length: 50 }, (_, index) => {
        const at = Math.floor((form.length * (index + number / 7)) / 51);
        return `> ${form.slice(at, at + 5 + index)} <`;
      }),
    );
    const later = texts.map((text) => mask(text));
    let first = mask;
    const early = texts.map((text, index) => {
      if (index % 10 === 0) first = createMask([bytes]);
      return first(text);
    });
    expect(early).toEqual(later);
    expect(later.filter((text) => text.includes('***')).length).toBeGreaterThan(150);
  });

  it('leaves the lines that are in everybody’s output', () => {
    for (const text of [
      '-----BEGIN CERTIFICATE-----',
      '========================= 3 passed in 0.5s =========',
      'Collecting numpy==2.1.0',
    ]) {
      expect(mask(text)).toBe(text);
    }
  });

  it('leaves a thousand ordinary lines alone, not a character of them touched', () => {
    const lines = Array.from(
      { length: 1000 },
      (_, index) => `Downloading package-${index} from an index with a long address ${'x'.repeat(60)}`,
    );
    for (const line of lines) expect(mask(line)).toBe(line);
  });
});

describe('maskSink', () => {
  it('masks every text that a step or the engine can have written', () => {
    const seen: BuildEvent[] = [];
    const sink = maskSink((event) => seen.push(event), createMask([Buffer.from('hunter2hunter2')]));
    const text = 'it is hunter2hunter2';
    sink({ type: 'log', step: 's', stream: 'stdout', text, time: 0 });
    sink({ type: 'warning', code: 'X', message: text, hint: text });
    sink({ type: 'note', message: text });
    sink({
      type: 'step-finished',
      step: 's',
      title: 't',
      time: 0,
      durationMs: 0,
      cached: false,
      error: text,
    });
    sink({ type: 'progress', step: 's', label: 'sent', current: 1 });
    expect(seen).toHaveLength(5);
    expect(JSON.stringify(seen)).not.toContain('hunter2');
    expect(JSON.stringify(seen).match(/it is \*\*\*/g)).toHaveLength(5);
  });
});
