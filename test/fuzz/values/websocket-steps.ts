import fc from 'fast-check';
import { someId } from './argument-values.ts';
import { anything, hostileText, marker, prototypeKeys, weighted } from './hostile.ts';
import type { Target } from '../target.ts';
import { toJson } from './serialize.ts';

/** A step of a WebSocket client. */
export type Step =
  | { does: 'send'; text: string; times: number }
  | { does: 'send bytes'; bytes: Uint8Array }
  /** Waits for the server's next message, if it sends one. */
  | { does: 'wait' }
  | { does: 'ping' };

const queries = [
  'subscription ($id: ID!) { jobUpdated(id: $id) { id version } }',
  'subscription ($id: ID!) { jobLogAdded(id: $id) { sequence } }',
  'subscription { jobsUpdated { job { id version } } }',
  'subscription { queueUpdated(type: CLAIM_EXTRACTION) { counts { queued } } }',
  'subscription { a: jobsUpdated { job { id } } b: jobsUpdated { job { id } } }',
  'query ($id: ID!) { job(id: $id) { id } }',
  '{ queues { type } }',
  `{ ${marker} }`,
  `{ ${'a '.repeat(3_000)} }`,
  '',
];

/** Few, so that operations share them. */
const operationIds = weighted(
  [4, fc.constantFrom<unknown>('1', '2')],
  [2, fc.constantFrom<unknown>(...prototypeKeys)],
  [1, anything],
);

function somePayload({ ids }: Target): fc.Arbitrary<unknown> {
  const shaped = fc.record(
    {
      query: fc.constantFrom(...queries),
      variables: fc.oneof(fc.record({ id: someId(ids) }), fc.record({ id: anything }), anything),
      operationName: fc.oneof(fc.constant(null), anything),
      extensions: fc.oneof(fc.constant(null), anything),
      documentId: hostileText,
    },
    { requiredKeys: ['query'] },
  );
  return weighted([4, shaped], [1, anything]);
}

function someMessage(target: Target): fc.Arbitrary<string> {
  const parameters = fc.oneof(
    anything,
    fc.record({ authorization: anything, ticket: anything }, { requiredKeys: [] }),
    fc.record({ Authorization: hostileText.map((text) => `Bearer ${text}`) }),
  );
  const id = operationIds;
  const payload = somePayload(target);
  const message = weighted(
    [1, fc.record({ type: fc.constant('connection_init') })],
    [1, fc.record({ type: fc.constant('connection_init'), payload: parameters })],
    [6, fc.record({ type: fc.constant('subscribe'), id, payload })],
    [2, fc.record({ type: fc.constant('complete'), id })],
    [1, fc.record({ type: fc.constantFrom('ping', 'pong') })],
    [1, fc.record({ type: fc.constantFrom('ping', 'pong'), payload: anything })],
    [
      1,
      fc.record({
        type: fc.oneof(
          fc.constantFrom('next', 'error', 'connection_ack', 'start', ...prototypeKeys),
          anything,
        ),
        id,
        payload,
      }),
    ],
    [1, anything],
  );
  return weighted(
    [14, message.map(toJson)],
    [
      1,
      fc.constantFrom(
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
    ],
  );
}

export function someSteps(target: Target): fc.Arbitrary<Step[]> {
  const text = someMessage(target);
  const step: fc.Arbitrary<Step> = weighted(
    [12, fc.record({ does: fc.constant('send' as const), text, times: fc.constant(1) })],
    [1, fc.record({ does: fc.constant('send' as const), text, times: fc.constant(150) })],
    [
      1,
      fc.record({
        does: fc.constant('send bytes' as const),
        bytes: fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          text.map((it) => Buffer.from(it)),
        ),
      }),
    ],
    [1, fc.constant<Step>({ does: 'wait' })],
    [1, fc.constant<Step>({ does: 'ping' })],
  );
  const initiated = fc
    .array(step, { maxLength: 8 })
    .map((steps): Step[] => [
      { does: 'send', text: '{"type":"connection_init"}', times: 1 },
      { does: 'wait' },
      ...steps,
    ]);
  return weighted([3, initiated], [1, fc.array(step, { maxLength: 5 })]);
}
