import { expect, test } from 'vitest';
import { renderDockerfile } from '../../../../src/dockerfile/render.ts';
import { readOwnFile } from '../../../../src/package-root.ts';
import { allStages } from '../../../../src/targets/pyinstaller/stages.ts';
import {
  planWindowsPython,
  type WindowsPart,
} from '../../../../src/targets/pyinstaller/windows-python/plan.ts';
import { readWindowsPython } from '../../../../src/targets/pyinstaller/windows-python/read.ts';
import { readVersions } from '../../../../src/versions.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { archiveOf, wholePython } from '../../../windows-tree.ts';

const python = '3.12';

async function planned(given: string) {
  const found = await readWindowsPython({ given, folder: temporaryFolder(), python });
  return planWindowsPython(found, { python, versions: await readVersions() });
}

async function rendered({ images, stages }: Pick<WindowsPart, 'images' | 'stages'>) {
  return renderDockerfile({
    template: await readOwnFile('dockerfiles/pyinstaller/Dockerfile'),
    base: 'python:3.12',
    images: Object.fromEntries(Object.entries(images).map(([name, { reference }]) => [name, reference])),
    platform: 'linux/amd64',
    stages: allStages(stages, images),
  });
}

test('a file stands in the plan by its digest, wherever it lies', async () => {
  const files = wholePython();
  const [one, two] = [await archiveOf('a.zip', files), await archiveOf('b.nupkg', files)];
  const plan = await planned(one);
  expect(await planned(two)).toEqual(plan);
  expect(plan.inputs).toEqual({ 'windows-python': expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
  expect(JSON.stringify(plan)).not.toContain(temporaryFolder().slice(0, 10));
  expect(await rendered(plan)).toMatch(
    /FROM debian:trixie-slim AS wine-made\n[^]*from=windows-python-files,/,
  );
});

test('an image stands in the plan by its name', async () => {
  const plan = await planned('team/windows-python:3.12');
  expect(plan.inputs).toEqual({});
  expect(await rendered(plan)).toMatch(
    /FROM team\/windows-python:3\.12 AS windows-python-image\n[^]*from=windows-python-image,/,
  );
});

test('a build for Linux names neither wine nor a Windows Python', async () => {
  const text = await rendered({ images: {}, stages: {} });
  expect(text).toContain('FROM scratch AS wine-made');
  expect(text).not.toContain('trixie');
});
