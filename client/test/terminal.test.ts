import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../test/environment/app/leaks.ts';
import { useTestApp } from '../../test/environment/app/use-test-app.ts';
import { eventually } from '../../test/environment/eventually.ts';
import { createSubjects, holdSummary } from '../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../test/environment/jobs/jobs.ts';
import { exitCodes, runTerminal } from '../src/terminal/run.ts';

expectNoLeaks();

const { app, model } = useTestApp('embedded');
let subjects: Subjects;
let job: string[];
beforeAll(async () => {
  subjects = await createSubjects(app.graphql);
  job = ['submit', 'summarizeVideo', '--video', subjects.videoId, '--persona', subjects.personaId];
});

function run(args: readonly string[], terminal: { isTTY?: boolean } = {}) {
  const interrupt = new AbortController();
  const written = { out: '', errors: '' };
  const code = runTerminal({
    args,
    env: { FOVEA_URL: `${app.url}/graphql` },
    output: { ...terminal, write: (text) => (written.out += text) },
    errors: { write: (text) => (written.errors += text) },
    signal: interrupt.signal,
  });
  return { code, written, interrupt: () => interrupt.abort() };
}

const readLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

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
  expect(last).toMatch(/█{24} 100 % {2}COMPLETED VIDEO_SUMMARIZATION [\w-]{36} {2}Harbour news\n/);
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

test('what is refused is said, with the field', async () => {
  const { code, written } = run([...job, '--input', '{"maxFrames": 0}'], { isTTY: true });
  expect(await code).toBe(exitCodes.failed);
  expect(written.out).toMatch(/input\.maxFrames/);
});

test('queues and lists are shown until somebody has seen enough', async () => {
  const once = run(['queues']);
  expect(await once.code).toBe(0);
  expect(readLines(once.written.out).map(({ type }) => type)).toContain('TRANSCRIPTION');
  const list = run(['watch', '--mine'], { isTTY: true });
  await eventually(() => expect(list.written.out).toMatch(/No jobs|VIDEO_SUMMARIZATION/));
  list.interrupt();
  expect(await list.code).toBe(0);
});

test.each([
  [['dance'], /no command dance/],
  [['watch'], /needs the id of a job/],
  [['submit', 'summarizeVideo', '--input', '[]'], /--input must be a JSON object/],
  [['queues', '--what'], /--what/],
])('%j is not understood, and it says why', async (args, reason) => {
  const { code, written } = run(args);
  expect(await code).toBe(exitCodes.misunderstood);
  expect(written.errors).toMatch(reason);
});

test('a job that does not exist, and a server that does not', async () => {
  const missing = run(['watch', '00000000-0000-7000-8000-000000000000']);
  expect(await missing.code).toBe(exitCodes.failed);
  expect(missing.written.errors).toMatch(/no job/i);
});
