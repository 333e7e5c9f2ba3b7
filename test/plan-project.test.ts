import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPowerless } from './powerless.ts';
import { temporaryFolder } from './temporary.ts';

const BUILD = new URL('../src/build.ts', import.meta.url).href;

const APP = `from runpod_flash import Endpoint


@Endpoint(name="a", cpu="cpu3c-1-2")
async def a(data: dict) -> dict:
    return data
`;

test('a file that can’t be read is told before anything that the engine or the plan has to say', () => {
  for (const app of [APP, 'no = "endpoints"\n']) {
    const project = temporaryFolder();
    writeFileSync(join(project, 'app.py'), app);
    writeFileSync(join(project, 'data.bin'), 'x', { mode: 0o000 });
    chmodSync(join(project, 'data.bin'), 0o000);
    const found = runPowerless(`
      const { buildProject, planProject } = await import(${JSON.stringify(BUILD)});
      const project = ${JSON.stringify(project)};
      const engine = 'unix:///nothing/there.sock';
      const codes = [];
      for (const run of [planProject, buildProject]) {
        for (const target of [undefined, 'flash']) {
          await run({ project, engine, ...(target ? { target } : {}) }).then(
            () => codes.push('none'),
            ({ problems }) => codes.push(...problems.map(({ code, location }) => code + ' ' + location?.file)),
          );
        }
      }
      console.log(JSON.stringify(codes));`);
    expect(found).toEqual(Array.from({ length: 4 }, () => 'PROJECT_UNREADABLE data.bin'));
  }
});
