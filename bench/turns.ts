import type { Bench } from './deployment.ts';

const type = 'VIDEO_SUMMARIZATION';
/** Of the worker. */
export const slots = 10;

/** An API, a worker with `slots`, and the rows under them. */
export async function openTurns({ variants: { ours }, services: { postgres } }: Bench) {
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
