import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../test/environment/app/leaks.ts';
import { useTestApp } from '../../test/environment/app/use-test-app.ts';
import { eventually } from '../../test/environment/eventually.ts';
import { createSubjects, holdSummary, startJob } from '../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../test/environment/jobs/jobs.ts';
import { startFaultyNetwork } from '../conformance/faulty-network.ts';
import { exitCodes } from '../src/terminal/exit-codes.ts';
import { runTerminal } from '../src/terminal/run.ts';

expectNoLeaks();

const { app, model } = useTestApp('embedded');
let subjects: Subjects;
let job: string[];
beforeAll(async () => {
  subjects = await createSubjects(app.graphql);
  job = ['submit', 'summarizeVideo', '--video', subjects.videoId, '--persona', subjects.personaId];
});

function run(
  args: readonly string[],
  terminal: { isTTY?: boolean; columns?: number } = {},
  env: Record<string, string> = {},
) {
  const interrupt = new AbortController();
  const written = { out: '', errors: '' };
  const code = runTerminal({
    args,
    env: { FOVEA_URL: app.url, ...env },
    output: { ...terminal, write: (text) => (written.out += text) },
    errors: { write: (text) => (written.errors += text) },
    signal: interrupt.signal,
  });
  return { code, written, interrupt: () => interrupt.abort() };
}

/** A server that has one answer. */
async function startAnswering(status: number) {
  const server = createServer((_request, response) => response.writeHead(status).end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
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

test('what is refused is said, with the field', async () => {
  const { code, written } = run([...job, '--input', '{"maxFrames": 0}'], { isTTY: true });
  expect(await code).toBe(exitCodes.failed);
  expect(written.out).toMatch(/^\S.*\n {2}input\.maxFrames: /);
  const piped = run([...job, '--input', '{"maxFrames": 0}']);
  expect(await piped.code).toBe(exitCodes.failed);
  expect(readLines(piped.written.out)).toMatchObject([{ __typename: 'ValidationError' }]);
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

test.each([
  [['dance'], /no command dance/],
  [['watch'], /needs the id of a job/],
  [['submit', 'summarizeVideo', '--input', '[]'], /--input must be a JSON object/],
  [['queues', '--what'], /--what/],
  [['queues', '--url', '127.0.0.1:4000'], /--url must be like/],
])('%j is not understood, and it says why', async (args, reason) => {
  const { code, written } = run(args);
  expect(await code).toBe(exitCodes.misunderstood);
  expect(written.errors).toMatch(reason);
});

test('a job that does not exist', async () => {
  const missing = run(['watch', '00000000-0000-7000-8000-000000000000']);
  expect(await missing.code).toBe(exitCodes.failed);
  expect(missing.written.errors).toMatch(/no job/i);
});

test.each([
  [['watch', 'a']],
  [['watch', '--mine']],
  [['logs', '-f', 'a']],
  [['queues']],
  [['queues', '-f']],
])('%j says when there is no server, and does not wait for it', async (args) => {
  // Nothing listens at this port.
  const { code, written } = run(args, {}, { FOVEA_URL: 'http://127.0.0.1:2' });
  expect(await code).toBe(exitCodes.unavailable);
  expect(written.errors).toBe('The server does not answer: connect ECONNREFUSED 127.0.0.1:2\n');
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

test('a token that is refused is said, with the variable to set', async () => {
  await using server = await startAnswering(401);
  const { code, written } = run(['watch', '--mine'], {}, { FOVEA_URL: server.url });
  expect(await code).toBe(exitCodes.denied);
  expect(written.errors).toBe('The server asks for a valid token: set FOVEA_TOKEN.\n');
});
