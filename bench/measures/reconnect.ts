import { now } from '../clock.ts';
import { atMostTimes } from '../report/bounds.ts';
import { startDeployment } from '../deployment.ts';
import type { PostgresServer } from '../services.ts';
import { switchCounter } from '../statement-counter.ts';
import type { Measure } from './measure.ts';

const jobs = 300;
const subscribersPerJob = 10;

/** An API process is killed, and all its subscribers connect to another one at once. */
export const reconnect: Measure = {
  name: 'reconnect',
  variants: ['recipe', 'ours'],
  warmUps: 0,
  rows: [
    {
      key: 'seconds',
      title:
        '3,000 subscribers of 300 jobs lose their API process, and have their state from another',
      unit: 's',
      better: 'lower',
      must: atMostTimes(0.4),
      aim: atMostTimes(0.3),
    },
  ],
  open: async (bench, variant) => ({
    round: async () => {
      await using deployment = await startDeployment(variant, jobs);
      await using other = await variant.startApi();
      const { api, load, jobIds } = deployment;
      const subscribed = Array.from({ length: subscribersPerJob }, () => jobIds).flat();
      await load.call('open', { transport: 'sse', url: api.url, jobIds: subscribed });
      await load.call('moveTo', other.url);
      const { postgres } = bench.services;
      await switchCounter(postgres, 'top');
      const startedAt = now();
      await api.kill();
      const seconds = ((await load.call('awaitMoved', 60_000)) - startedAt) / 1_000;
      const databaseReads = await countReads(postgres);
      await switchCounter(postgres, 'none');
      return { figures: { seconds }, details: { databaseReads } };
    },
    [Symbol.asyncDispose]: async () => undefined,
  }),
};

/** Counts the statements that read jobs by id, without those of the dispatcher and the reconciler. */
async function countReads({ client }: PostgresServer): Promise<number> {
  const { rows } = await client.query<{ calls: number }>(`
    select coalesce(sum(calls), 0)::int as calls from pg_stat_statements
    where query ~* '^\\s*(select|with)\\M' and query ~* '\\mjob\\M' and query !~* '(expires_at|dispatched_at"? (is|<)|waits_for)'`);
  return rows[0]!.calls;
}
