import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { recordJob, recordList, recordLog } from '../conformance/recorder.ts';

const version = (number: number, progress = number) => ({
  id: 'a',
  version: number,
  state: 'ACTIVE',
  progress,
});
const truth = { version: 5, isFinal: true, lines: 3 };

describe('what a client has shown is judged', () => {
  test('a job whose end is not shown is missed', () => {
    const recorder = recordJob();
    recorder.show(version(4));
    expect(recorder.judge(truth)).toMatchObject({ missed: 1 });
    recorder.show(version(5));
    expect(recorder.judge(truth)).toEqual({ missed: 0, doubled: 0, backwards: 0, shown: 2 });
  });

  test('a version that is shown again is doubled, unless it says something else', () => {
    const recorder = recordJob();
    for (const job of [version(4), version(4, 50), version(4, 50)]) recorder.show(job);
    expect(recorder.judge(truth)).toMatchObject({ doubled: 1, backwards: 0 });
  });

  test('an older version after the end goes back, and the end is missed again', () => {
    const recorder = recordJob();
    for (const job of [version(5), version(4)]) recorder.show(job);
    expect(recorder.judge(truth)).toMatchObject({ missed: 1, backwards: 1 });
    expect(recorder.hasShown(truth)).toBe(true);
  });

  test('each line of a log counts', () => {
    const recorder = recordLog();
    for (const sequence of [3, 1, 1]) recorder.show({ sequence });
    expect(recorder.judge(truth)).toEqual({ missed: 1, doubled: 1, backwards: 1, shown: 3 });
  });

  test('a list has each job once, and in the end the newest of each', () => {
    const recorder = recordList();
    recorder.show([version(5)]);
    recorder.show([version(4), version(4)]);
    expect(recorder.judge(new Map([['a', truth]]))).toMatchObject({
      missed: 1,
      doubled: 1,
      backwards: 1,
    });
  });
});

test.each([
  [['--help'], 0, /--transport/],
  [['--client', 'nobody'], 64, /--client is one of ours, apollo/],
  [['--url', 'http://127.0.0.1:9'], 64, /--url needs --job and --input/],
  [['--faults', 'many'], 64, /--faults must be a number/],
] as const)('the command explains itself: %s', async (args, code, text) => {
  const ended = Promise.withResolvers<{ code: unknown; output: string }>();
  execFile(process.execPath, ['client/conformance/main.ts', ...args], (error, stdout, stderr) =>
    ended.resolve({ code: error ? error.code : 0, output: stdout + stderr }),
  );
  const { code: exitCode, output } = await ended.promise;
  expect(exitCode).toBe(code);
  expect(output).toMatch(text);
});
