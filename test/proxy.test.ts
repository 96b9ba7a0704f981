import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyJobUpdates } from '../src/db/job-updates.ts';
import { publishJobs } from '../src/pubsub/broker.ts';
import { startBareServer } from './environment/bare-server.ts';
import type { BareServer } from './environment/bare-server.ts';
import { insertTestJob } from './environment/bare-stack.ts';
import { createGraphQLClient, transports } from './environment/graphql-client.ts';
import { expectNoLeaks } from './environment/leaks.ts';
import { startNginx } from './environment/nginx.ts';

expectNoLeaks();

const sample = join(import.meta.dirname, '../deploy/nginx.conf');
/** An event that is held back comes with the next ping, or never. */
const atOnceMs = 1_000;
const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state stage } }';

let server: BareServer;

beforeAll(async () => {
  server = await startBareServer('services', { pingIntervalMs: 60_000 });
});

afterAll(() => server[Symbol.asyncDispose]());

/** What a proxy does that nobody has told anything, and that compresses all it can. */
const careless = (port: number) => `
  gzip on; gzip_min_length 1; gzip_proxied any;
  gzip_types text/event-stream multipart/mixed application/json;
  server { listen 127.0.0.1:${port}; location / { proxy_pass ${server.url}; proxy_buffering on; } }`;

async function ofSample(): Promise<(port: number) => string> {
  const text = await readFile(sample, 'utf8');
  const { host } = new URL(server.url);
  return (port) =>
    text.replace('api:4000', host).replace('listen 8080', `listen 127.0.0.1:${port}`);
}

/** Takes a job through its life, each step when the client has seen the one before. */
async function expectEachAtOnce(updates: AsyncIterator<unknown>, jobId: string): Promise<void> {
  const steps = [
    { state: 'ACTIVE', stage: 'Looking' },
    { state: 'ACTIVE', stage: 'Writing' },
    { state: 'COMPLETED' },
  ] as const;
  await updates.next();
  for (const [index, step] of steps.entries()) {
    const update = { jobId, round: 1, eventId: BigInt(index + 1), attempt: 1, ...step };
    await publishJobs(server.stack.broker, await applyJobUpdates(server.stack.db, [update]));
    const told = performance.now();
    const { value } = await updates.next();
    expect(value).toMatchObject({ data: { jobUpdated: step } });
    expect(performance.now() - told).toBeLessThan(atOnceMs);
  }
  expect(await updates.next()).toMatchObject({ done: true });
}

describe('through nginx as the sample configures it', () => {
  test.each(transports)('every update arrives at once over %s', async (transport) => {
    await using nginx = await startNginx(await ofSample());
    const { id } = await insertTestJob(server.stack.db);
    const client = createGraphQLClient(nginx.url);
    await expectEachAtOnce(client.subscribe(transport, query, { id }), id);
  });

  test('queries and polls pass, with their tags', async () => {
    await using nginx = await startNginx(await ofSample());
    const { id } = await insertTestJob(server.stack.db);
    const first = await fetch(`${nginx.url}/api/jobs/${id}`);
    expect(await first.json()).toMatchObject({ jobId: id, state: 'queued' });
    const headers = { 'if-none-match': first.headers.get('etag')! };
    expect(await fetch(`${nginx.url}/api/jobs/${id}`, { headers })).toMatchObject({ status: 304 });
    const { data } = await createGraphQLClient(nginx.url).send(`{ job(id: "${id}") { version } }`);
    expect(data).toEqual({ job: { version: 1 } });
  });
});

describe('through nginx as it comes, with buffering and compression', () => {
  test('every update arrives at once over server-sent events', async () => {
    await using nginx = await startNginx(careless);
    const { id } = await insertTestJob(server.stack.db);
    await expectEachAtOnce(createGraphQLClient(nginx.url).subscribe('sse', query, { id }), id);
  });

  test('every update arrives at once by Apollo’s multipart protocol', async () => {
    await using nginx = await startNginx(careless);
    const { id } = await insertTestJob(server.stack.db);
    await expectEachAtOnce(subscribeByParts(nginx.url, id), id);
  });
});

async function* subscribeByParts(url: string, id: string): AsyncGenerator {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json',
    },
    body: JSON.stringify({ query, variables: { id } }),
  });
  let rest = '';
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split('\r\n--graphql');
    rest = parts.pop()!;
    for (const part of parts) {
      const json = part.slice(part.indexOf('\r\n\r\n') + 4);
      if (json.startsWith('{')) yield (JSON.parse(json) as { payload: unknown }).payload;
    }
  }
}
