import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { expect } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import { insertJob } from '../../../src/jobs/rows/insert.ts';
import type { Database } from '../../../src/db/tables.ts';
import { createGraphQLClient, transports } from '../../environment/clients/graphql-client.ts';
import type { Transport } from '../../environment/clients/graphql-client.ts';
import { eventually } from '../../environment/eventually.ts';
import type { DashboardRecord, VersionRecord } from '../record.ts';
import { settle } from '../run.ts';
import type { Run } from '../run.ts';
import { prepareWork, seedPrefix } from '../load/work.ts';

/** Pieces of work that run while the others wait. */
const worksBeside = 8;
const snapshotWithinMs = 60_000;
const document =
  'subscription { jobsUpdated { job { id version state attempt progress position owner stage createdAt } } }';

/** Subscribes to all jobs over each transport, while so many wait and others run to their end. */
export async function watchDashboards(run: Run, waiting: number): Promise<DashboardRecord[]> {
  const { db } = run.deployment.services;
  const name = `many-${waiting}`;
  const ids = await insertWaiting(db, name, waiting);
  const [api] = run.deployment.members('api');
  const dashboards = transports.map((transport) => openDashboard(api!.url, transport, ids));
  for (const { record } of dashboards) {
    await eventually(() => expect(record.seen).toBeGreaterThanOrEqual(waiting), {
      withinMs: snapshotWithinMs,
    }).catch(() => undefined); // the checks say how many are missing
  }
  const works = await prepareWork(db, name, worksBeside);
  run.load.begin(works, { spreadMs: 500, oneInCanceled: Infinity });
  await settle(run, name);
  const jobIds = listJobIds(run, new Set(works.map(({ key }) => key)));
  for (const { record, leave } of dashboards) {
    record.jobIds = jobIds;
    await eventually(() => expect(listFinals(record)).toBeGreaterThanOrEqual(jobIds.length)).catch(
      () => undefined,
    );
    leave();
  }
  await deleteWaiting(db, name);
  const records = dashboards.map(({ record }) => record);
  run.dashboards.push(...records);
  return records;
}

/** Inserts jobs that wait for one that is delayed until tomorrow. Returns all ids. */
async function insertWaiting(db: Database, name: string, count: number): Promise<Set<string>> {
  const { job: first } = await insertJob(db, {
    id: uuidv7(),
    resultId: uuidv7(),
    type: 'CLAIM_SYNTHESIS',
    owner: localSession.viewer.owner,
    input: {},
    maxAttempts: 1,
    priority: 'LOW',
    idempotencyKey: `${seedPrefix}${name}`,
  });
  await sql`update job set state = 'DELAYED', run_at = now() + interval '1 day', next_attempt_at = now() + interval '1 day'
    where id = ${first.id}`.execute(db);
  // Like the product's, ids contain the time of creation.
  const ids = Array.from({ length: count - 1 }, () => uuidv7());
  await sql`
    insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank, idempotency_key, waits_for)
    select made.id, type, 'QUEUED', owner, input, gen_random_uuid(), max_attempts, priority, priority_rank,
      idempotency_key || ':' || made.id, job.id
    from job, unnest(${sql.val(ids)}::uuid[]) made(id) where job.id = ${first.id}`.execute(db);
  return new Set([first.id, ...ids]);
}

async function deleteWaiting(db: Database, name: string): Promise<void> {
  await sql`delete from job where idempotency_key like ${`${seedPrefix}${name}:%`}`.execute(db);
  await sql`delete from job where idempotency_key = ${`${seedPrefix}${name}`}`.execute(db);
}

function openDashboard(apiUrl: string, transport: Transport, ids: ReadonlySet<string>) {
  const record: DashboardRecord = {
    transport,
    waiting: ids.size,
    seen: 0,
    updates: [],
    jobIds: [],
  };
  const snapshot = new Set<string>();
  const answers = createGraphQLClient(apiUrl).subscribe(transport, document);
  void read().catch(() => undefined); // closed or broken: the checks say what is missing

  async function read(): Promise<void> {
    for await (const { data } of answers) {
      const { job } = data!['jobsUpdated'] as { job: (VersionRecord & { id: string }) | null };
      if (!job) continue;
      const { id, version, state, attempt, progress } = job;
      if (ids.has(id)) record.seen = snapshot.add(id).size;
      else record.updates.push({ jobId: id, version, state, attempt, progress });
    }
  }

  return { record, leave: () => void answers.return?.() };
}

function listFinals({ updates, jobIds }: DashboardRecord): number {
  const ids = new Set(jobIds);
  return updates.filter(({ jobId, state }) => ids.has(jobId) && state === 'COMPLETED').length;
}

function listJobIds({ load }: Run, keys: ReadonlySet<string>): string[] {
  const submitted = load.submissions.filter(({ key }) => keys.has(key));
  return submitted.flatMap(({ answers }) => answers[0]?.jobIds ?? []);
}
