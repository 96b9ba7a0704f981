import { now } from '../clock.ts';
import { atMost } from '../report/bounds.ts';
import { openScene } from '../deployment.ts';
import type { PostgresServer } from '../services.ts';
import type { Measure } from './measure.ts';

const jobs = 300;
const subscribersPerJob = 10;

/** An API process is killed, and all its subscribers come to another at once, without a pause. */
export const reconnect: Measure = {
  name: 'reconnect',
  contestants: ['recipe', 'ours'],
  warmUps: 0,
  rows: [
    {
      key: 'seconds',
      title:
        '3,000 subscribers of 300 jobs lose their API process, and have their state from another',
      unit: 's',
      better: 'lower',
      must: atMost(3),
      aim: atMost(1.5),
    },
  ],
  open: async (bench, contestant) => ({
    round: async () => {
      const side = bench.sides[contestant];
      await using scene = await openScene(side, jobs);
      await using other = await side.startApi();
      const { api, load, jobIds } = scene;
      const subscribed = Array.from({ length: subscribersPerJob }, () => jobIds).flat();
      await load.ask('open', { transport: 'sse', url: api.url, jobIds: subscribed });
      await load.ask('moveTo', other.url);
      const { postgres } = bench.services;
      await switchCounter(postgres, 'top');
      const startedAt = now();
      await api.kill();
      const seconds = ((await load.ask('awaitMoved', 60_000)) - startedAt) / 1_000;
      const databaseReads = await countReads(postgres);
      await switchCounter(postgres, 'none');
      return { figures: { seconds }, details: { databaseReads } };
    },
    [Symbol.asyncDispose]: async () => undefined,
  }),
};

async function switchCounter({ client }: PostgresServer, track: 'top' | 'none'): Promise<void> {
  await client.query(`alter system set pg_stat_statements.track = '${track}'`);
  await client.query('select pg_reload_conf()');
  await client.query('select pg_stat_statements_reset()');
}

/** Statements that read jobs by id; the dispatcher's and the reconciler's look for others. */
async function countReads({ client }: PostgresServer): Promise<number> {
  const { rows } = await client.query<{ calls: number }>(`
    select coalesce(sum(calls), 0)::int as calls from pg_stat_statements
    where query ~* '^\\s*(select|with)\\M' and query ~* '\\mjob\\M' and query !~* '(expires_at|dispatched_at"? (is|<)|waits_for)'`);
  return rows[0]!.calls;
}
