import { expect, test } from 'vitest';
import { explainStep } from '../../src/failure/explain.ts';
import { StepFailure } from '../../src/failure/step-failure.ts';

const DOCKERFILE = ['FROM a', 'RUN one', 'RUN two \\', '  three', 'RUN four', 'RUN five'].join('\n');

function failure(lines: string[]): StepFailure {
  return new StepFailure({
    message: 'failed',
    stage: 'install',
    title: 'install packages',
    lines,
    dockerfileLines: { first: 3, last: 4 },
    exitStatus: 3,
  });
}

test("a script's own report becomes the error, every problem of it", () => {
  const report = {
    errors: [
      {
        code: 'FLASH_IMPORT_FAILED',
        message: 'no numpy',
        hint: 'add it',
        location: { file: 'a.py', line: 3 },
      },
      { code: 'FLASH_IMPORT_FAILED', message: 'no scipy', location: null },
    ],
  };
  const error = explainStep(failure(['text', `ovenbird-error: ${JSON.stringify(report)}`]), {
    dockerfile: DOCKERFILE,
  });
  expect(error.problems).toEqual([
    { code: 'FLASH_IMPORT_FAILED', message: 'no numpy', hint: 'add it', location: { file: 'a.py', line: 3 } },
    { code: 'FLASH_IMPORT_FAILED', message: 'no scipy' },
  ]);
});

test('a place in a rewritten file becomes a line where it is found, and stays a file else', () => {
  const statement = { scope: 'Demo.fetch', text: 'raise OSError()', nth: 0 };
  const problem = {
    code: 'JLSERVE_WEIGHTS_FAILED',
    message: 'gone',
    location: { file: 'app.py', statement },
  };
  const said = failure([`ovenbird-error: ${JSON.stringify({ errors: [problem] })}`]);
  const asked: unknown[] = [];
  const findLine = (...place: unknown[]): number => asked.push(place) + 22;
  expect(explainStep(said, { dockerfile: DOCKERFILE, findLine }).location).toEqual({
    file: 'app.py',
    line: 23,
  });
  expect(asked).toEqual([['app.py', statement]]);
  expect(explainStep(said, { dockerfile: DOCKERFILE, findLine: () => undefined }).location).toEqual({
    file: 'app.py',
  });
});

test('any other failure shows the last lines and the Dockerfile', () => {
  const error = explainStep(failure(['first', 'last']), { dockerfile: DOCKERFILE });
  expect(error.code).toBe('STEP_FAILED');
  expect(error.message).toBe('the step "install packages" failed (exit status 3)');
  expect(error.problems[0].detail?.split('\n')).toEqual([
    'first',
    'last',
    '',
    'Dockerfile:3',
    '      1 | FROM a',
    '      2 | RUN one',
    '>>>   3 | RUN two \\',
    '>>>   4 |   three',
    '      5 | RUN four',
    '      6 | RUN five',
  ]);
});

test.each([
  'ovenbird-error: {',
  'ovenbird-error: {"errors":[]}',
  'ovenbird-error: {"errors":[{"code":"MADE_UP","message":"x"}]}',
])('a report that cannot be read is no report: %s', (line) => {
  expect(explainStep(failure([line]), { dockerfile: DOCKERFILE }).code).toBe('STEP_FAILED');
});
