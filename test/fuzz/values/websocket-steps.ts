import fc from 'fast-check';
import { toIds } from './argument-values.ts';
import { anything, hostileText, marker, prototypeKeys } from './hostile.ts';
import type { Target } from '../target.ts';
import { toJson } from './serialize.ts';

/** What a client does to a WebSocket. */
export type Step =
  | { does: 'send'; text: string; times: number }
  | { does: 'send bytes'; bytes: Uint8Array }
  /** Waits for whatever the server says next. */
  | { does: 'wait' }
  | { does: 'ping' };

const queries = [
  'subscription ($id: ID!) { jobUpdated(id: $id) { id version } }',
  'subscription ($id: ID!) { jobLogAdded(id: $id) { sequence } }',
  'subscription { jobsUpdated { id version } }',
  'subscription { queueUpdated(type: CLAIM_EXTRACTION) { counts { queued } } }',
  'subscription { a: jobsUpdated { id } b: jobsUpdated { id } }',
  'query ($id: ID!) { job(id: $id) { id } }',
  '{ queues { type } }',
  `{ ${marker} }`,
  `{ ${'a '.repeat(3_000)} }`,
  '',
];

/** Few, so that they meet again. */
const operationIds = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>('1', '2') },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(...prototypeKeys) },
  { weight: 1, arbitrary: anything },
);

function toPayloads({ ids }: Target): fc.Arbitrary<unknown> {
  const shaped = fc.record(
    {
      query: fc.constantFrom(...queries),
      variables: fc.oneof(fc.record({ id: toIds(ids) }), fc.record({ id: anything }), anything),
      operationName: fc.oneof(fc.constant(null), anything),
      extensions: fc.oneof(fc.constant(null), anything),
      documentId: hostileText,
    },
    { requiredKeys: ['query'] },
  );
  return fc.oneof({ weight: 4, arbitrary: shaped }, { weight: 1, arbitrary: anything });
}

function toMessages(target: Target): fc.Arbitrary<string> {
  const parameters = fc.oneof(
    anything,
    fc.record({ authorization: anything, ticket: anything }, { requiredKeys: [] }),
    fc.record({ Authorization: hostileText.map((text) => `Bearer ${text}`) }),
  );
  const id = operationIds;
  const payload = toPayloads(target);
  const message = fc.oneof(
    { weight: 1, arbitrary: fc.record({ type: fc.constant('connection_init') }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('connection_init'), payload: parameters }),
    },
    { weight: 6, arbitrary: fc.record({ type: fc.constant('subscribe'), id, payload }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('complete'), id }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('ping', 'pong') }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constantFrom('ping', 'pong'), payload: anything }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.oneof(
          fc.constantFrom('next', 'error', 'connection_ack', 'start', ...prototypeKeys),
          anything,
        ),
        id,
        payload,
      }),
    },
    { weight: 1, arbitrary: anything },
  );
  return fc.oneof(
    { weight: 14, arbitrary: message.map(toJson) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        'null',
        marker,
        '{"type":"subscribe",',
        `{"type":"ping","payload":"${'x'.repeat(120_000)}"}`,
        `{"type":"subscribe","id":"${'9'.repeat(50_000)}","payload":{"query":"{ queues { type } }"}}`,
        `{"type":"connection_init","payload":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
        `{"type":"connection_init","payload":${'['.repeat(90_000)}`,
        '{"type":"connection_init","type":"subscribe","id":"1","id":"2"}',
      ),
    },
  );
}

export function toSteps(target: Target): fc.Arbitrary<Step[]> {
  const text = toMessages(target);
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({ does: fc.constant('send' as const), text, times: fc.constant(1) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ does: fc.constant('send' as const), text, times: fc.constant(150) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('send bytes' as const),
        bytes: fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          text.map((it) => Buffer.from(it)),
        ),
      }),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ does: 'wait' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ does: 'ping' }) },
  );
  const initiated = fc
    .array(step, { maxLength: 8 })
    .map((steps): Step[] => [
      { does: 'send', text: '{"type":"connection_init"}', times: 1 },
      { does: 'wait' },
      ...steps,
    ]);
  return fc.oneof(
    { weight: 3, arbitrary: initiated },
    { weight: 1, arbitrary: fc.array(step, { maxLength: 5 }) },
  );
}
