import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useTestApp } from '../../../test/environment/app/use-test-app.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { createSubjects, holdSummary, startJob } from '../../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../../test/environment/jobs/jobs.ts';
import { streamAnswer } from '../../../test/environment/model-service/answers.ts';
import { createGate } from '../../../test/environment/model-service/gate.ts';
import { startTerminal } from '../environment/terminal-process.ts';

expectNoLeaks();

const { app, model } = useTestApp('embedded');
let subjects: Subjects;
let submit: string[];
beforeAll(async () => {
  subjects = await createSubjects(app.graphql);
  const { videoId, personaId } = subjects;
  submit = ['submit', 'summarizeVideo', '--video', videoId, '--persona', personaId];
});

const run = (args: readonly string[], options?: { isTTY?: boolean }) =>
  startTerminal(app.url, args, options);
const readLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

async function startWaiting(): Promise<string> {
  const { id } = await startJob(app.graphql, 'summarizeVideo', subjects, { delayMs: 3_600_000 });
  return id as string;
}

test('on a terminal a bar grows in its place, and stays when the job has ended', async () => {
  const [looking] = holdSummary(model, [{ progress: 0.3, stage: 'Looking' }]);
  const terminal = run(submit, { isTTY: true });
  await eventually(() => expect(terminal.output).toMatch(/█{9}░{21} {3}30 % {2}Looking/));
  looking!.open();
  expect(await terminal.ended).toBe(0);
  expect(terminal.output).not.toContain('{"');
  const [last, ...before] = terminal.output.split('\u001b[1A\u001b[J').toReversed();
  expect(before.length).toBeGreaterThan(0);
  expect(last).toMatch(/Video summarization {2}█{30} {2}100 % {2}completed · Harbour news\r\n/);
});

test('Ctrl+C ends the watching, and leaves the job', async () => {
  const id = await startWaiting();
  const terminal = run(['watch', id], { isTTY: true });
  await eventually(() => expect(terminal.output).toContain('delayed'));
  terminal.type('\u0003');
  // As the shell says it: 0 would be a job that has completed.
  expect(await terminal.ended).toBe(130);
  const canceled = run(['cancel', id]);
  expect(await canceled.ended).toBe(0);
  expect(readLines(canceled.output)).toMatchObject([{ outcome: 'CANCELED' }]);
});

test('in a pipe each version is a line of JSON, and a job that was canceled has an exit code of its own', async () => {
  const id = await startWaiting();
  const watching = run(['watch', id]);
  await eventually(() => expect(watching.output).toContain('DELAYED'));
  expect(await run(['cancel', id]).ended).toBe(0);
  expect(await watching.ended).toBe(2);
  expect(watching.output).not.toContain('\u001b');
  expect(readLines(watching.output).map(({ state }) => state)).toEqual(['DELAYED', 'CANCELED']);
});

test('a job that is retried is followed to its end, and one that has not ended is refused', async () => {
  const id = await startWaiting();
  const refused = run(['retry', id]);
  expect(await refused.ended).toBe(1);
  expect(readLines(refused.output)).toMatchObject([{ message: expect.any(String) as unknown }]);
  expect(await run(['cancel', id]).ended).toBe(0);
  const retried = run(['retry', id]);
  expect(await retried.ended).toBe(0);
  expect(readLines(retried.output).at(-1)).toMatchObject({ id, state: 'COMPLETED' });
});

test('a log is shown as far as it goes, and with -f to the end of its job', async () => {
  const say = (message: string) => ({ log: { level: 'info' as const, message } });
  const gate = createGate();
  model.answer(
    '/api/transcribe',
    streamAnswer('/api/transcribe', [say('First'), gate, say('Last')]),
  );
  const { videoId } = subjects;
  const { id } = (await startJob(app.graphql, 'transcribeVideo', { videoId })) as { id: string };
  const followed = run(['logs', '-f', id]);
  await eventually(() => expect(followed.output).toContain('"First"'));
  const now = run(['logs', id]);
  expect(await now.ended).toBe(0);
  expect(now.output).toContain('"First"');
  expect(now.output).not.toContain('"Last"');
  gate.open();
  expect(await followed.ended).toBe(0);
  const sequences = readLines(followed.output).map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  expect(followed.output).toContain('"Last"');
});

test('the queues are a line each, in words on a terminal', async () => {
  const terminal = run(['queues'], { isTTY: true });
  expect(await terminal.ended).toBe(0);
  expect(terminal.output).toMatch(/VIDEO_SUMMARIZATION +\d+ workers? +\d+ queued, \d+ active/);
});

test('a reader that has seen enough ends it without an error', async () => {
  const id = await startWaiting();
  const watching = run(['watch', '--mine']);
  await eventually(() => expect(watching.output).toContain(id));
  watching.closeOutput();
  expect(await run(['cancel', id]).ended).toBe(0);
  expect(await watching.ended).toBe(0);
  expect(watching.errors).toBe('');
});
