import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startAppProcess } from './environment/app-process.ts';
import { createTestStack } from './environment/app.ts';
import { eventually } from './environment/eventually.ts';
import { startFakeModelService } from './environment/fake-model-service.ts';
import { createSubjects, startJob } from './environment/jobs.ts';
import { expectNoLeaks } from './environment/leaks.ts';

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
  await using stack = await createTestStack('services');
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
  expect(logged).toContain('job completed');
  expect(logged).toContain('attempt failed');
  expect(secrets.filter((secret) => logged.includes(secret.toLowerCase()))).toEqual([]);
});

test('lines name the queue, the job and the attempt that they are of, and the request', async () => {
  await using stack = await createTestStack('services');
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
    for (const msg of ['job started', 'job completed']) {
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
