import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { defaultAnswer } from '../../environment/model-service/answers.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, followJob, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { state } }';

type Line = Record<string, unknown>;

/** The log lines of what a process printed. */
function toLines(output: string): Line[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}

/** Neighbouring words, as no log line would have them by chance. */
function toPairs(text: string): string[] {
  const words = text.match(/[a-z]{3,}/gi) ?? [];
  return words.slice(1).map((word, index) => `${words[index]} ${word}`);
}

test('a full run logs no word of the transcript, of a persona, of a path or of a password', async () => {
  await using stack = await createTestStack('external');
  const password = 'not-for-logs-7f3a';
  await using models = await startAppProcess('model-service', { PORT: '0', LOG_LEVEL: 'trace' });
  const databaseUrl = new URL(stack.env['DATABASE_URL']!);
  databaseUrl.password = password; // trusted from here, whatever it is
  const env = {
    ...stack.env,
    DATABASE_URL: databaseUrl.href,
    MODEL_SERVICE_URL: models.url,
    LOG_LEVEL: 'trace',
    PORT: '0',
  };
  await using app = await startAppProcess('all', env);
  const { graphql } = app;
  const persona = { role: 'Secret beekeeper', informationNeed: 'Where honeycombs went missing.' };
  const subjects = await createSubjects(graphql, {}, persona);
  const summary = await startJob(graphql, 'summarizeVideo', subjects);
  for await (const { data } of graphql.subscribe('sse', watch, { id: summary['id'] })) {
    expect(data?.['jobUpdated'].state).not.toBe('FAILED');
  }
  // What cannot work says why as well, without saying what it was given.
  const lost = await createSubjects(graphql, { path: 'hidden/cellar-tape.mp4' }, persona);
  const failing = await startJob(graphql, 'summarizeVideo', lost);
  for await (const _update of graphql.subscribe('websocket', watch, { id: failing['id'] }));
  await graphql.send('query { job(id: "honeycombs") { nothing } }');

  const transcript = await readFile('samples/harbour-news.vtt', 'utf8');
  const spoken = transcript
    .split('\n')
    .filter((line) => !/-->|^WEBVTT|^NOTE|^\d*$/.test(line))
    .join(' ');
  const secrets = [
    ...toPairs(spoken),
    ...toPairs(Object.values(persona).join(' ')),
    'cellar-tape',
    'harbour-news.mp4',
    'honeycombs',
    password,
  ];
  expect(secrets.length).toBeGreaterThan(200);
  const logged = `${app.output}\n${models.output}`.toLowerCase();
  for (const text of ['job completed', 'attempt failed', 'job failed']) {
    expect(logged).toContain(text);
  }
  expect(secrets.filter((secret) => logged.includes(secret.toLowerCase()))).toEqual([]);
});

test('lines name the queue, the job and the attempt that they are of, and the request', async () => {
  await using stack = await createTestStack('external');
  await using model = await startFakeModelService();
  const env = { ...stack.env, MODEL_SERVICE_URL: model.url, PORT: '0' };
  await using app = await startAppProcess('all', env);
  const { graphql } = app;
  const { id } = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
  for await (const _update of graphql.subscribe('sse', watch, { id }));
  const queue = 'video-summarization';
  await eventually(() => {
    const lines = toLines(app.output);
    const find = (msg: string) => lines.filter((line) => line['msg'] === msg);
    expect(find('worker started')).toContainEqual(
      expect.objectContaining({ queue, concurrency: 5 }),
    );
    for (const msg of ['job started', 'attempt completed']) {
      expect(find(msg)).toEqual([expect.objectContaining({ queue, jobId: id, attempt: 1 })]);
    }
  });

  // A request that fails in a way nobody foresaw: its table is gone.
  const client = new pg.Client({ connectionString: stack.env['DATABASE_URL'] });
  await client.connect();
  await client.query('drop table claim_synthesis cascade');
  await client.end();
  const send = (requestId: string) =>
    fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': requestId },
      body: JSON.stringify({
        query: 'query { claimSynthesis(id: "01979b5c-0000-7000-8000-000000000000") { id } }',
      }),
    });
  await send('proxy-17');
  await send('not "acceptable"');
  await eventually(() => {
    const failed = toLines(app.output).filter(
      ({ msg }) => msg === 'request failed unexpectedly' || msg === 'database not available',
    );
    const ids = failed.map(({ requestId }) => requestId);
    expect(ids[0]).toBe('proxy-17');
    expect(ids[1]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('each end of a job is one line, however many processes run, and says why an attempt failed', async () => {
  const lines: Line[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  await using stack = await createTestStack('external');
  const token = 'sesame-opens-it';
  await using model = await startFakeModelService({ token });
  const env = {
    MODEL_SERVICE_URL: model.url,
    MODEL_SERVICE_TOKEN: token,
    MEDIA_ROOT: '/videos',
    VIDEO_SUMMARIZATION_ATTEMPTS: '2',
    VIDEO_SUMMARIZATION_BACKOFF_MS: '1',
  };
  await using app = await startTestApp({ stack, env, logger });
  await using _other = await startTestApp({ stack, env, role: 'api', logger });
  const { graphql } = app;
  const subjects = await createSubjects(graphql, { path: '/videos/cellar.mp4' });
  const run = async (status: number, detail: unknown) => {
    model.answer('/api/summarize', { status, json: { detail } });
    const { id } = await startJob(graphql, 'summarizeVideo', subjects);
    return (await followJob(graphql, 'sse', id)).at(-1)!;
  };
  const find = (msg: string) => lines.filter((line) => line['msg'] === msg);

  const missing = await run(500, `Video file not found: /videos/cellar.mp4 (${token})`);
  expect(missing['error'].message).toBe('The model service failed (500).');
  const detail = 'Video file not found: [video_path] ([redacted])';
  const attempt = { jobId: missing['id'], code: 'MODEL_UNAVAILABLE', status: 500, detail };
  expect(find('attempt failed')).toMatchObject([
    { ...attempt, attempt: 1, level: 40 },
    { ...attempt, attempt: 2 },
  ]);
  const refused = await run(422, `max_frames must be even for ${token}.`);
  expect(refused['error'].message).toBe(
    'The model service refused the input (422): max_frames must be even for [redacted].',
  );
  const lost = await run(404, 'Not Found');
  expect(find('attempt failed').at(-1)).toMatchObject({
    code: 'MODEL_UNAVAILABLE',
    status: 404,
    advice: expect.stringContaining('MODEL_SERVICE_URL'),
  });
  const waiting = await startJob(graphql, 'summarizeVideo', subjects, { delayMs: 60_000 });
  const cancel = 'mutation ($id: ID!) { cancelJob(id: $id) { __typename } }';
  await graphql.request(cancel, { id: waiting['id'] });
  model.answer('/api/summarize', (call) => defaultAnswer('/api/summarize', call));
  const done = await startJob(graphql, 'summarizeVideo', subjects);
  await followJob(graphql, 'sse', done['id']);

  const type = 'VIDEO_SUMMARIZATION';
  await eventually(() => expect(find('job completed')).toHaveLength(1));
  expect(find('job completed')).toMatchObject([
    { level: 30, jobId: done['id'], type, attempts: 1 },
  ]);
  expect(find('job failed')).toMatchObject([
    { level: 50, jobId: missing['id'], type, code: 'MODEL_UNAVAILABLE', attempts: 2 },
    { level: 40, jobId: refused['id'], type, code: 'INVALID_INPUT', attempts: 1 },
    { level: 50, jobId: lost['id'], type, code: 'MODEL_UNAVAILABLE', attempts: 2 },
  ]);
  expect(find('job canceled')).toMatchObject([{ level: 30, jobId: waiting['id'], attempts: 0 }]);
  expect(JSON.stringify(lines)).not.toMatch(/cellar|sesame/);
});
