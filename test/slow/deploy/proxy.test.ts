import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import { createAddressReader, createTrust } from '../../../src/http/front/client-address.ts';
import { listen, toUrl } from '../../../src/http/listen.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import type { ApiServer } from '../../environment/app/api-server.ts';
import { insertTestJob } from '../../environment/jobs/insert-jobs.ts';
import { createCollector } from '../../environment/clients/collector.ts';
import { eventually } from '../../environment/eventually.ts';
import { createGraphQLClient, transports } from '../../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startNginx } from '../../environment/programs/nginx.ts';
import { sendRequest, requestUpgrade } from '../../environment/clients/http-request.ts';

expectNoLeaks();

const sample = join(import.meta.dirname, '../../../deploy/nginx.conf');
const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state stage } }';

let server: ApiServer;

beforeAll(async () => {
  // Longer than a test: an event that a proxy buffers would arrive with the next ping, too late.
  server = await startApiServer('external', { pingIntervalMs: 60_000 });
});

afterAll(() => server[Symbol.asyncDispose]());

/** nginx's defaults, with compression of everything. */
const buffering = (port: number) => `
  gzip on; gzip_min_length 1; gzip_proxied any;
  gzip_types text/event-stream multipart/mixed application/json;
  server { listen 127.0.0.1:${port}; location / { proxy_pass ${server.url}; proxy_buffering on; } }`;

async function toSample(url = server.url): Promise<(port: number) => string> {
  const text = await readFile(sample, 'utf8');
  const { host } = new URL(url);
  return (port) =>
    text.replace('api:4000', host).replace('listen 8080', `listen 127.0.0.1:${port}`);
}

/** Takes the place of the API. */
async function startListener(onRequest: (request: IncomingMessage) => void) {
  const listener = createServer((request, response) => {
    onRequest(request);
    response.writeHead(204).end();
  });
  await listen(listener, 0, '127.0.0.1');
  return {
    url: toUrl(listener),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => listener.close(done));
      listener.closeAllConnections();
      await closed;
    },
  };
}

/** Publishes the updates of a job, each after the client has received the one before. */
async function expectNoBuffering(updates: AsyncIterator<unknown>, jobId: string): Promise<void> {
  const steps = [
    { state: 'ACTIVE', stage: 'Looking' },
    { state: 'ACTIVE', stage: 'Writing' },
    { state: 'COMPLETED' },
  ] as const;
  await updates.next();
  for (const [index, step] of steps.entries()) {
    const update = { jobId, round: 1, eventId: BigInt(index + 1), attempt: 1, ...step };
    await publishJobs(server.stack.broker, await applyJobUpdates(server.stack.db, [update]));
    const { value } = await updates.next();
    expect(value).toMatchObject({ data: { jobUpdated: step } });
  }
  expect(await updates.next()).toMatchObject({ done: true });
}

describe('through nginx as the sample configures it', () => {
  test.each(transports)('every update arrives at once over %s', async (transport) => {
    await using nginx = await startNginx(await toSample());
    const { id } = await insertTestJob(server.stack.db);
    const client = createGraphQLClient(nginx.url);
    await expectNoBuffering(client.subscribe(transport, query, { id }), id);
  });

  test('queries and polls pass, with their tags', async () => {
    await using nginx = await startNginx(await toSample());
    const { id } = await insertTestJob(server.stack.db);
    const first = await fetch(`${nginx.url}/api/jobs/${id}`);
    expect(await first.json()).toMatchObject({ jobId: id, state: 'queued' });
    const headers = { 'if-none-match': first.headers.get('etag')! };
    expect(await fetch(`${nginx.url}/api/jobs/${id}`, { headers })).toMatchObject({ status: 304 });
    const { data } = await createGraphQLClient(nginx.url).send(`{ job(id: "${id}") { version } }`);
    expect(data).toEqual({ job: { version: 1 } });
  });

  test('pages of its origin may use the API, and others may not', async () => {
    await using nginx = await startNginx(await toSample());
    const ask = (headers: Record<string, string>) =>
      sendRequest(nginx.url, { path: '/graphql?query={__typename}', headers });
    expect(await ask({ origin: nginx.url })).toMatchObject({ status: 200 });
    const { port } = new URL(nginx.url);
    const named = `localhost:${port}`;
    expect(await ask({ host: named, origin: `http://${named}` })).toMatchObject({ status: 200 });
    expect(await ask({ origin: server.url })).toMatchObject({ status: 403 });
    expect(await requestUpgrade(nginx.url, { origin: nginx.url })).toMatchObject({ status: 101 });
    expect(await requestUpgrade(nginx.url, { origin: server.url })).toMatchObject({ status: 403 });
  });

  test('its log has what was asked for, and no query string', async () => {
    await using nginx = await startNginx(await toSample());
    await sendRequest(nginx.url, {
      path: '/api/jobs/1?ticket=of-ann',
      headers: { referer: `${nginx.url}/?ticket=of-ben` },
    });
    const log = await eventually(async () => {
      const text = await nginx.readAccessLog();
      expect(text).toContain('GET /api/jobs/1 404');
      return text;
    });
    expect(log).not.toMatch(/ticket|of-ann|of-ben/);
  });

  test('the address of a client is what nginx has seen', async () => {
    const addresses = createCollector<string>();
    const readAddress = createAddressReader(createTrust(['loopback']));
    await using behind = await startListener((request) => addresses.push(readAddress(request)));
    await using nginx = await startNginx(await toSample(behind.url));
    const headers = { 'x-forwarded-for': '198.51.100.1' };
    expect(await sendRequest(nginx.url, { headers })).toMatchObject({ status: 204 });
    expect(await addresses.next()).toBe('127.0.0.1');
  });
});

describe('through nginx as it comes, with buffering and compression', () => {
  test('every update arrives at once over server-sent events', async () => {
    await using nginx = await startNginx(buffering);
    const { id } = await insertTestJob(server.stack.db);
    await expectNoBuffering(createGraphQLClient(nginx.url).subscribe('sse', query, { id }), id);
  });

  test('every update arrives at once by Apollo’s multipart protocol', async () => {
    await using nginx = await startNginx(buffering);
    const { id } = await insertTestJob(server.stack.db);
    await expectNoBuffering(subscribeByParts(nginx.url, id), id);
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
