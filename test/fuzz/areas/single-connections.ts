import fc from 'fast-check';
import { request } from 'undici';
import { someId } from '../values/argument-values.ts';
import { anything, hostileText, marker, prototypeKeys } from '../values/hostile.ts';
import type { Answer, Area } from '../find-fault.ts';
import type { Target } from '../target.ts';
import { toJson } from '../values/serialize.ts';

interface Step {
  method: 'POST' | 'GET' | 'DELETE';
  /** Undefined for the reserved one. */
  token: string | undefined;
  operationId: unknown;
  query: string;
  id: unknown;
}

const queries = [
  '{ queues { type } }',
  'subscription ($id: ID!) { jobUpdated(id: $id) { version } }',
  'subscription { jobsUpdated { job { id } } }',
  'mutation { pauseQueue(type: NOTHING) { type } }',
  `{ ${marker} }`,
  '',
];

/** graphql-sse's single connection mode: a stream is reserved, then come requests with its token or with others. */
export const singleConnections: Area<Step[]> = {
  name: 'single connections',
  count: 400,
  cases: ({ ids }) =>
    fc.array(
      fc.record({
        method: fc.constantFrom('POST', 'POST', 'GET', 'DELETE'),
        token: fc.option(
          fc.oneof(hostileText, fc.oneof(someId(ids), fc.constantFrom(...prototypeKeys))),
          {
            freq: 3,
            nil: undefined,
          },
        ),
        operationId: fc.oneof(fc.constantFrom('1', '2', ...prototypeKeys), anything),
        query: fc.constantFrom(...queries),
        id: fc.oneof(someId(ids), anything),
      }),
      { maxLength: 5 },
    ) as fc.Arbitrary<Step[]>,
  send: attack,
};

const tokenHeader = 'x-graphql-event-stream-token';

async function attack({ url, agent }: Target, steps: Step[]): Promise<Answer> {
  const path = `${url}/graphql`;
  const reserved = await request(path, { method: 'PUT', dispatcher: agent });
  const reservedToken = await reserved.body.text();
  const headers = { accept: 'text/event-stream', [tokenHeader]: reservedToken };
  const stream = await request(path, { dispatcher: agent, headers });
  let received = '';
  stream.body.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  stream.body.on('error', () => undefined); // we disconnect
  const answers = [{ status: stream.statusCode, text: '' }];
  for (const step of steps) {
    answers.push(await sendStep(path, { agent, token: step.token ?? reservedToken }, step));
  }
  const closed = new Promise((resolve) => stream.body.once('close', resolve));
  stream.body.destroy();
  await closed;
  const status = Math.max(...answers.map((answer) => answer.status));
  return { status, text: [received, ...answers.map(({ text }) => text)].join('\n') };
}

/** Sends a request; a token that a header cannot hold is only in the URL. */
async function sendStep(
  path: string,
  { agent, token }: Pick<Target, 'agent'> & { token: string },
  { method, operationId, query, id }: Step,
): Promise<Answer> {
  const search = new URLSearchParams({ token, operationId: toJson(operationId) });
  const isHeader = /^[\x21-\x7e]{1,100}$/.test(token);
  const body = `{"query":${toJson(query)},"variables":{"id":${toJson(id)}},"extensions":{"operationId":${toJson(operationId)}}}`;
  const answer = await request(`${path}?${search.toString().slice(0, 8_000)}`, {
    method,
    dispatcher: agent,
    headers: {
      ...(isHeader ? { [tokenHeader]: token } : {}),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    body: method === 'POST' ? body : null,
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}
