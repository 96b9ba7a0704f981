import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../clock.ts';
import type { Bench } from '../deployment.ts';

const type = 'VIDEO_SUMMARIZATION';
export const pollMs = 5;

/** An API of ours, a worker with so many slots, and the rows under them. */
export async function openTurns(
  { variants: { ours }, services: { postgres } }: Bench,
  slots: number,
) {
  await using stack = new AsyncDisposableStack();
  await ours.clear();
  stack.defer(ours.clear);
  const variables = await ours.submission();
  const worker = stack.use(await ours.startWorker(slots));
  const api = stack.use(await ours.startApi());
  const { client } = postgres;
  const insert = (owner: string, count: number) =>
    client.query(
      `insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank)
       select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
           || '7' || lpad(to_hex(i / 65536), 3, '0') || '8' || substr(md5(random()::text), 1, 3) || lpad(to_hex(i), 12, '0'))::uuid,
         $1, 'QUEUED', $2, $3, gen_random_uuid(), 3, 'NORMAL', 5
       from generate_series(1, $4::int) i`,
      [type, owner, JSON.stringify(variables.input), count],
    );
  const listStarted = async () => {
    const { rows } = await client.query<{ id: string; owner: string; waited: number }>(
      `select job.id, owner, (extract(epoch from attempt.started_at - job.created_at) * 1000)::float8 as waited
       from job join job_attempt attempt on attempt.job_id = job.id where attempt.finished_at is null`,
    );
    return rows;
  };
  const opened = stack.move();
  return {
    variables,
    api,
    worker,
    client,
    insert,
    listStarted,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export type Turns = Awaited<ReturnType<typeof openTurns>>;

/** Ends each job after its time, until it is over; how long each owner's first has waited, in ms. */
export async function runJobs(
  turns: Turns,
  durationOf: (owner: string) => number,
  isOver: () => boolean,
) {
  const seen = new Set<string>();
  const waits = new Map<string, number>();
  for (; !isOver(); await delay(pollMs)) {
    for (const { id, owner, waited } of await turns.listStarted()) {
      if (seen.has(id)) continue;
      seen.add(id);
      waits.set(owner, waits.get(owner) ?? waited);
      void turns.worker.call('endAt', [{ jobId: id, at: now() + durationOf(owner) }]);
    }
  }
  return waits;
}
