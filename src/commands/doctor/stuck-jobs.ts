import { setTimeout as delay } from 'node:timers/promises';
import { listInFlight } from '../../jobs/due-jobs.ts';
import type { Database } from '../../db/tables.ts';
import type { Queues } from '../../queue/queues.ts';
import { ok, warning, wrong } from './finding.ts';
import { count } from '../../platform/text.ts';
import type { Finding } from './finding.ts';
import { handoverSeconds, listLeftBehind, listOverdue, listUnfinished } from './job-rows.ts';
import type { QueueOptions } from './queues.ts';

/** The dispatcher looks every second: what is left behind now and then again, nobody hands over. */
const secondLookMs = 2_500;
/** After its deadline, a run has so long to be aborted and to say so. */
const deadlineSlackMs = 60_000;
/** Ids that a line names. */
const namedIds = 3;

/** Whether accepted jobs reach their queue. */
export async function checkHandover({ db }: Pick<QueueOptions, 'db'>): Promise<Finding> {
  const check = 'jobs not handed over';
  const first = await listLeftBehind(db);
  if (first.length === 0) return ok(check, `none is older than ${handoverSeconds} s`);
  await delay(secondLookMs);
  const still = new Set((await listLeftBehind(db)).map(({ id }) => id));
  const left = first.filter(({ id }) => still.has(id));
  if (left.length === 0) return ok(check, `${count(first.length, 'job')} handed over just now`);
  const oldest = Math.max(...left.map(({ seconds }) => seconds));
  return wrong(
    check,
    `${count(left.length, 'accepted job')} not given to a queue, the oldest for ${oldest} s: ${name(left)}`,
    'See that a process with the role api or all runs and reaches Redis: it hands jobs over every second, and logs "not enqueued yet" with the reason.',
  );
}

/** Whether running jobs end in time. */
export async function checkDeadlines({ db, config, definitions }: QueueOptions): Promise<Finding> {
  const check = 'jobs past their deadline';
  const overdue = await Promise.all(
    definitions.map(({ type }) => {
      const { deadlineMs } = config.jobSettings[type]!;
      return listOverdue(db, type, deadlineMs + deadlineSlackMs);
    }),
  );
  const jobs = overdue.flat().toSorted((a, b) => b.seconds - a.seconds);
  const [oldest] = jobs;
  if (!oldest) return ok(check, 'none');
  const workers = [...new Set(jobs.map(({ worker }) => worker))].slice(0, namedIds).join(', ');
  return wrong(
    check,
    `${count(jobs.length, 'job')} running for longer than allowed, the oldest for ${oldest.seconds} s: ${name(jobs)}`,
    `Restart the worker (${workers}): its jobs go to another. If it is gone, see that an api process runs. Or end a job: \`mutation { cancelJob(id: "${oldest.id}") { __typename } }\`.`,
  );
}

/** Whether the queue has what the rows say it has. */
export async function checkEntries(
  { db, definitions }: QueueOptions,
  queues: Queues,
  reconcileIntervalMs: number,
): Promise<Finding> {
  const check = 'jobs unknown to their queue';
  const all = await Promise.all(definitions.map(({ type }) => listLost(db, queues, type)));
  const looked = all.reduce((sum, { looked: jobs }) => sum + jobs, 0);
  const lost = all.flatMap(({ ids }) => ids);
  if (lost.length === 0) return ok(check, `none of ${looked}`);
  return warning(
    check,
    `${lost.length} of ${looked}, as after a Redis that has lost its keys: ${name(lost.map((id) => ({ id })))}`,
    `Nothing, if "reconciler" is ok: it enqueues them again within ${reconcileIntervalMs / 1_000} s (RECONCILE_INTERVAL_MS). Then see why Redis lost them.`,
  );
}

/** The first page of the jobs that were handed over, and of them those that the queue has no entry of. */
async function listLost(db: Database, queues: Queues, type: string) {
  const jobs = await listInFlight(db, type, undefined, handoverSeconds * 1_000);
  const entries = await Promise.all(jobs.map((job) => queues.inspect(job)));
  const unknown = jobs.filter((_job, index) => entries[index]!.state === 'unknown');
  // One that has ended in between may have lost its entry since.
  const ids = await listUnfinished(
    db,
    unknown.map(({ id }) => id),
  );
  return { looked: jobs.length, ids };
}

function name(jobs: readonly { id: string }[]): string {
  const ids = jobs.slice(0, namedIds).map(({ id }) => id);
  return jobs.length > namedIds ? `${ids.join(', ')}, …` : ids.join(', ');
}
