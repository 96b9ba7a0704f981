import { setTimeout as delay } from 'node:timers/promises';
import { isFinal } from '../../../src/jobs/rows/row.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import type { GraphQLAnswer } from '../../environment/clients/graphql-client.ts';
import type { SeededRandom } from '../../environment/seeded-random.ts';
import type { ConnectionRecord, SubscriptionRecord, VersionRecord } from '../record.ts';

/** A connection is replaced if nothing arrives for so long. */
const staleAfterMs = 20_000;
/** The pause between connections doubles up to the longest; jitter is added. */
const backoff = { firstMs: 50, longestMs: 1_000, jitterMs: 200 };

const document = `subscription ($id: ID!, $after: Int) {
  jobUpdated(id: $id, after: $after) { version state attempt progress }
}`;

/**
 * Follows a job to its final version. If the connection breaks, it continues at any API, after the version that it has.
 * Returns without a final version if the signal aborts.
 */
export async function follow(
  subscription: SubscriptionRecord,
  apis: readonly string[],
  random: SeededRandom,
  signal: AbortSignal,
): Promise<void> {
  let last: VersionRecord | undefined;
  let pauseMs = backoff.firstMs;
  while (!signal.aborted && !(last && isFinal(last.state))) {
    const connection: ConnectionRecord = {
      api: random.pick(apis),
      after: last?.version,
      versions: [],
      end: undefined,
    };
    subscription.connections.push(connection);
    connection.end = await receive(subscription, connection, signal);
    last = connection.versions.at(-1) ?? last;
    if (connection.versions.length > 0) pauseMs = backoff.firstMs;
    if (last && isFinal(last.state)) return;
    await delay(pauseMs + random.below(backoff.jitterMs));
    pauseMs = Math.min(2 * pauseMs, backoff.longestMs);
  }
}

/** Reads one connection to its end. */
async function receive(
  { jobId, transport }: SubscriptionRecord,
  connection: ConnectionRecord,
  signal: AbortSignal,
): Promise<ConnectionRecord['end']> {
  const { api, after } = connection;
  const answers = createGraphQLClient(api).subscribe(transport, document, { id: jobId, after });
  try {
    for (;;) {
      const next = await nextOrSilence(answers.next(), signal);
      if (next === 'silence') return 'silence';
      if (next.done) return 'completed';
      const version = toVersion(next.value);
      if (!version) return 'lost';
      connection.versions.push(version);
    }
  } catch {
    return 'lost'; // both reference clients throw when a connection breaks
  } finally {
    // Not awaited: it resolves only after the next answer, which may never arrive.
    void answers.return?.().catch(() => undefined);
  }
}

async function nextOrSilence<T>(next: Promise<T>, signal: AbortSignal): Promise<T | 'silence'> {
  const { promise, resolve } = Promise.withResolvers<'silence'>();
  const onAbort = () => resolve('silence');
  signal.addEventListener('abort', onAbort);
  const timer = setTimeout(onAbort, staleAfterMs);
  try {
    return await Promise.race([next, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function toVersion({ data, errors }: GraphQLAnswer): VersionRecord | undefined {
  return errors || !data ? undefined : (data['jobUpdated'] as VersionRecord);
}
