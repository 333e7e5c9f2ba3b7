import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseImages } from '../../src/build-bases.ts';
import { renderDockerfile } from '../../src/dockerfile/render.ts';
import { openProvider } from '../../src/providers/registry.ts';
import { readVersions } from '../../src/versions.ts';
import { build } from './buildkit-fixtures.ts';
import { testEngines } from './engines.ts';

/** What a Python must bring for packages, and for being frozen. */
const MODULES =
  'bz2, ctypes, curses, hashlib, lzma, multiprocessing, readline, sqlite3, ssl, sysconfig, uuid, zlib';

/** The base's facts from Python itself, the plain Debian's from a shell: there is no Python. */
const TEMPLATE = `FROM --platform={{platform}} {{base}} AS python
RUN mkdir /facts && python3 -c "import ${MODULES}, platform, sys; \\
    ctypes.CDLL(sysconfig.get_config_var('LDLIBRARY') + '.1.0'); \\
    open('/facts/python', 'w').write('%d.%d ' % sys.version_info[:2] + platform.libc_ver()[1])"
FROM --platform={{platform}} {{smoke}} AS smoke
RUN mkdir /facts && timeout 9 bash -c 'ldd --version' | sed -n '1s/.* //p' | tr -d '\\n' >/facts/glibc && \\
    ls /usr/bin /usr/local/bin | grep -c '^python' >/facts/pythons || true
FROM scratch
COPY --from=python /facts /
COPY --from=smoke /facts /
`;

const { python, debian } = await readVersions();
const suites = (['bookworm', 'bullseye'] as const).flatMap((suite) =>
  Object.entries(python).map(([version, own]) => ({
    suite,
    version,
    base: suite === 'bookworm' ? own : own[suite],
  })),
);

describe.each(testEngines())('on engine $name', ({ address }) => {
  test.each(suites)(
    'Python $version on $suite is whole, and the plain Debian beside it has none',
    { timeout: 120_000 },
    async ({ suite, version, base }) => {
      const signal = new AbortController().signal;
      const provider = await openProvider({ engine: address, signal, onEvent: () => undefined });
      const { glibc, image, standIn } = debian[suite];
      const platform = 'linux/amd64';
      const plan = {
        platform,
        base: { reference: base.image, standIn: base.standIn },
        images: { smoke: { reference: image, standIn } },
      };
      const chosen = await chooseImages(provider, plan, { signal, onEvent: () => undefined });
      expect([base.image, base.standIn]).toContain(chosen.base);
      expect([image, standIn]).toContain(chosen.images['smoke']);

      const dockerfile = renderDockerfile({ template: TEMPLATE, ...chosen, platform, stages: {} });
      const { folder } = await build(address, { dockerfile });
      const said = (name: string): string => readFileSync(join(folder, name), 'utf8').trim();
      expect(said('python')).toBe(`${version} ${glibc}`);
      expect(said('glibc')).toBe(glibc);
      expect(said('pythons')).toBe('0');
    },
  );
});
