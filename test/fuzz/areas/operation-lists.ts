import fc from 'fast-check';
import { request } from 'undici';
import { someId } from '../values/argument-values.ts';
import { anything, hostileText, marker, prototypeKeys, weighted } from '../values/hostile.ts';
import type { Answer, Area } from '../find-fault.ts';
import type { Target } from '../target.ts';
import { toJson } from '../values/serialize.ts';

interface OperationList {
  body: string;
  accept: string;
  /** Leaves as soon as the answer begins. */
  leaves: boolean;
}

const queries = [
  '{ queues { type } }',
  'query ($id: ID!) { job(id: $id) { id } }',
  'subscription ($id: ID!) { jobUpdated(id: $id) { version } }',
  'subscription ($id: ID!) { jobLogAdded(id: $id) { sequence } }',
  'subscription { jobsUpdated { job { id } cursor } }',
  'subscription { queuesUpdated { type } }',
  'subscription ($id: ID!) { jobUpdated(id: $id) @skip(if: true) { version } }',
  'mutation ($id: ID!) { cancelJob(id: $id) { __typename } }',
  'mutation { pauseQueue(type: NOTHING) { type } }',
  'query One { __typename } query Two { __typename }',
  `{ ${marker} }`,
  `{ job(id: ${'['.repeat(2_000)} `,
  '',
];
const operationId = weighted<unknown>(
  [6, fc.constantFrom('1', '2', '3', '4', ...prototypeKeys)],
  [3, hostileText],
  [1, fc.constantFrom('', ' ', '1\n\nevent: complete\ndata: {}', 'x'.repeat(20_000))],
  [1, anything],
);

/** One that is like an operation, with what it should not have. */
function someOperation({ ids }: Target): fc.Arbitrary<unknown> {
  const like = fc.record(
    {
      query: weighted([9, fc.constantFrom(...queries)], [1, anything]),
      variables: weighted<unknown>(
        [6, fc.record({ id: weighted([3, someId(ids)], [1, anything]) })],
        [1, anything],
      ),
      operationName: weighted<unknown>([2, fc.constantFrom('One', '', null)], [1, anything]),
      documentId: anything,
      extensions: weighted<unknown>(
        [9, operationId.map((id) => ({ operationId: id }))],
        [1, anything],
      ),
      [marker]: anything,
    },
    { requiredKeys: ['query', 'variables', 'extensions'] },
  );
  const right = fc.record({
    query: fc.constantFrom(...queries),
    variables: fc.record({ id: someId(ids) }),
    extensions: operationId.map((id) => ({ operationId: id })),
  });
  return weighted([8, right], [3, like], [1, anything]);
}

/** As many as a request may have, and a few more. */
function someLongList({ ids }: Target): fc.Arbitrary<unknown[]> {
  return fc
    .tuple(fc.integer({ min: 98, max: 130 }), fc.constantFrom(...queries), someId(ids))
    .map(([length, query, id]) =>
      Array.from({ length }, (_, index) => ({
        query,
        variables: { id },
        extensions: { operationId: String(index) },
      })),
    );
}

/** Texts that begin as a list does. */
function someBody(target: Target): fc.Arbitrary<string> {
  const list = fc.array(someOperation(target), { maxLength: 6 });
  const json = weighted([12, list], [1, someLongList(target)]).map(toJson);
  return weighted(
    [12, json],
    [1, json.map((text) => `[${text}]`)],
    [1, json.map((text) => ` \r\n\t${text}`)],
    [1, json.map((text) => `\ufeff${text}`)],
    [1, fc.tuple(json, fc.nat()).map(([text, at]) => text.slice(0, 1 + (at % text.length)))],
    [1, fc.constantFrom('[', '[]', '[null]', '[[[]]]', '['.repeat(100_000), '[1e400]', '[,]')],
  );
}

/** Lists of operations, which one event stream answers. */
export const operationLists: Area<OperationList> = {
  name: 'lists of operations',
  count: 1_000,
  cases: (target) =>
    fc.record({
      body: someBody(target),
      accept: weighted(
        [9, fc.constant('text/event-stream')],
        [1, fc.constantFrom('application/json', '*/*', 'multipart/mixed', 'text/event-stream;q=0')],
      ),
      leaves: weighted([6, fc.constant(false)], [1, fc.constant(true)]),
    }),
  knownCases: () =>
    [prototypeKeys, ['1\n\nevent: next', '\0', '\ud800']].map((names) => ({
      body: JSON.stringify(
        names.map((id) => ({ query: queries[0], extensions: { operationId: id } })),
      ),
      accept: 'text/event-stream',
      leaves: false,
    })),
  send: async ({ url, agent, headers }, { body, accept, leaves }) => {
    const answer = await request(`${url}/graphql`, {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': 'application/json', ...headers, accept },
      body,
    });
    const head = { status: answer.statusCode };
    answer.body.on('error', () => undefined); // we disconnect
    if (leaves) {
      answer.body.destroy();
      return { ...head, text: '' };
    }
    if (!String(answer.headers['content-type']).includes('event-stream'))
      return { ...head, text: await answer.body.text() };
    const { text, hasEnded } = await readStart(answer.body);
    checkEvents(text, body, hasEnded);
    return { ...head, text } satisfies Answer;
  },
};

/** How long a stream that does not end is read. */
const readStreamMs = 10;

async function readStart(
  body: NodeJS.ReadableStream & { destroy: () => unknown },
): Promise<{ text: string; hasEnded: boolean }> {
  let text = '';
  let hasEnded = false;
  body.on('data', (chunk: Buffer) => (text += chunk.toString()));
  body.on('end', () => (hasEnded = true));
  const closed = new Promise((resolve) => body.once('close', resolve));
  const timer = setTimeout(() => body.destroy(), readStreamMs);
  await closed;
  clearTimeout(timer);
  return { text, hasEnded };
}

/** Throws unless each event is of an operation that was sent and has not ended, and a stream ends with the last of them. */
function checkEvents(text: string, body: string, hasEnded: boolean): void {
  // The server takes a byte order mark, as RFC 8259, 8.1 allows.
  const sent = JSON.parse(body.replace(/^\ufeff/, '')) as { extensions: { operationId: string } }[];
  const open = new Set(sent.map(({ extensions }) => extensions.operationId));
  for (const block of text.split('\n\n').slice(0, -1)) {
    // The opening, and pings.
    if (block.startsWith(':')) continue;
    const [, event, data] = /^event: (next|complete)\ndata: ([^\n]*)$/.exec(block) ?? [];
    if (event === undefined) throw new Error(`no event of a list: ${block}`);
    const { id } = JSON.parse(data!) as { id: string };
    if (!open.has(id)) throw new Error(`an event of ${JSON.stringify(id)}, which is not open`);
    if (event === 'complete') open.delete(id);
  }
  if (hasEnded && open.size > 0)
    throw new Error(`ended, and nobody has said so to ${JSON.stringify([...open])}`);
}
