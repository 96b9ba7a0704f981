import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../test/environment/app/leaks.ts';
import { useTestApp } from '../../test/environment/app/use-test-app.ts';
import { eventually } from '../../test/environment/eventually.ts';
import { createSubjects, holdSummary, startJob } from '../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../test/environment/jobs/jobs.ts';
import { startFaultyNetwork } from '../conformance/faulty-network.ts';
import { exitCodes } from '../src/terminal/exit-codes.ts';
import { readLines, runInTerminal } from './environment/terminal.ts';
import type { Terminal } from './environment/terminal.ts';

expectNoLeaks();

const { app, model } = useTestApp('embedded');
let subjects: Subjects;
let job: string[];
beforeAll(async () => {
  subjects = await createSubjects(app.graphql);
  job = ['submit', 'summarizeVideo', '--video', subjects.videoId, '--persona', subjects.personaId];
});

const run = (args: readonly string[], terminal: Terminal = {}, env: Record<string, string> = {}) =>
  runInTerminal(args, terminal, { FOVEA_URL: app.url, ...env });

// argoproj/argo-workflows#2367: what is piped can be searched.
test('in a pipe there is one line of JSON for each version, and the exit code is that of the job', async () => {
  const { code, written } = run(job);
  expect(await code).toBe(exitCodes.completed);
  const lines = readLines(written.out);
  const versions = lines.map(({ version }) => version as number);
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
  expect(lines.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
});

test('on a terminal a bar grows in its place', async () => {
  const [looking] = holdSummary(model, [{ progress: 0.3, stage: 'Looking' }]);
  const { code, written } = run([...job, '--input', '{"maxFrames": 8}'], {
    isTTY: true,
  });
  await eventually(() => expect(written.out).toContain('Looking'));
  looking!.open();
  expect(await code).toBe(exitCodes.completed);
  const last = written.out.split('\u001b[1A\u001b[J').at(-1)!;
  expect(last.startsWith('\u001b[?7l') && last.endsWith('\u001b[?7h')).toBe(true);
  expect(last).toMatch(/Video summarization {2}█{16} {2}100 % {2}completed · Harbour news\n/);
});

test('a job that was canceled ends the watching with an exit code of its own', async () => {
  const gate = model.hold('/api/summarize');
  const { code, written } = run([...job, '--input', '{"maxFrames": 9}']);
  await gate.reached();
  const id = await eventually(() => readLines(written.out)[0]!['id'] as string);
  const cancel = run(['cancel', id]);
  expect(await cancel.code).toBe(0);
  expect(cancel.written.out).toContain('"outcome":"REQUESTED"');
  gate.open();
  expect(await code).toBe(exitCodes.canceled);
});

test('queues and lists are shown until somebody has seen enough', async () => {
  const once = run(['queues']);
  expect(await once.code).toBe(0);
  expect(readLines(once.written.out).map(({ type }) => type)).toContain('TRANSCRIPTION');
  const list = run(['watch', '--mine'], { isTTY: true });
  await eventually(() => expect(list.written.out).toMatch(/No jobs|Video summarization/));
  list.interrupt();
  expect(await list.code).toBe(0);
});

test('jobs that are watched together have an id each in front, and the exit code of the worst', async () => {
  const gate = model.hold('/api/summarize');
  const started = [11, 12].map((maxFrames) =>
    run([...job, '--input', `{"maxFrames":${maxFrames}}`]),
  );
  const ids = await eventually(() =>
    started.map(({ written }) => readLines(written.out)[0]!['id'] as string),
  );
  const watching = run(['watch', ...ids], { isTTY: true, columns: 120 });
  await eventually(() => expect(watching.written.out).toContain(ids[1]));
  expect(await run(['cancel', ids[0]!]).code).toBe(0);
  gate.open();
  expect(await watching.code).toBe(exitCodes.canceled);
  const [first, second] = watching.written.out.split('\u001b[J').at(-1)!.split('\n');
  expect(first).toContain(`${ids[0]}  Video summarization  `);
  expect(first).toContain('canceled · Harbour news');
  expect(second).toMatch(/█{16} {2}100 % {2}completed · Harbour news$/);
});

test('with --text there is a line to read for each step, also in a pipe', async () => {
  const { code, written } = run([...job, '--text', '--input', '{"maxFrames": 13}']);
  expect(await code).toBe(0);
  const [id, ...lines] = written.out.trimEnd().split('\n');
  expect(id).toMatch(/^[\w-]{36}$/);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toMatch(/^Video summarization {2} *\d+ % {2}\S/);
  expect(lines.at(-1)).toBe('Video summarization  100 %  completed');
});

test('a line longer than the terminal is cut, and what matters least goes first', async () => {
  const { code, written } = run([...job, '--input', '{"maxFrames": 14}'], {
    isTTY: true,
    columns: 60,
  });
  expect(await code).toBe(0);
  expect(written.out).toContain('Video summarization  ████████████████  100 %  completed · H…\n');
});

test.each([
  ['on a terminal above the bars', { isTTY: true }],
  ['in a pipe beside the data', {}],
])(
  'a connection that is lost is said %s, and the job is shown to its end',
  async (_where, terminal) => {
    await using network = await startFaultyNetwork(() => app.url);
    const gate = model.hold('/api/summarize');
    const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
    await gate.reached();
    const { code, written } = run(['watch', id as string], terminal, { FOVEA_URL: network.url });
    await eventually(() => expect(written.out).toMatch(/Summarizing the video/));
    network.strike('refuse');
    const place = 'isTTY' in terminal ? 'out' : 'errors';
    await eventually(() =>
      expect(written[place]).toMatch(/No connection since \d\d:\d\d:\d\d; trying again\.\n/),
    );
    gate.open();
    expect(await code).toBe(0);
    expect(written.out).toMatch(/100 % {2}completed|"state":"COMPLETED"/);
  },
);
