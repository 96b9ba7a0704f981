import type { JobRow } from '../../../src/jobs/rows/row.ts';
import { settle } from '../run.ts';
import type { Run } from '../run.ts';
import { prepareWork } from '../load/work.ts';

/** Works that run beside the poisoned one. */
const neighbors = 8;

/** Runs a job whose every call of the model service kills its worker process, among others. Returns their final rows. */
export async function runPoisonJob(
  run: Run,
): Promise<{ poisoned: JobRow; crashes: number; others: JobRow[] }> {
  const { deployment, model, load } = run;
  const { db } = deployment.services;
  const [poison] = await prepareWork(db, 'poison', 1, ['summarize']);
  const { videoId } = poison!.input as { videoId: string };
  const replacing: Promise<unknown>[] = [];
  model.onCall(async (subject) => {
    if (subject !== videoId) return;
    const { name } = await findWorkerOf(run, videoId);
    const worker = deployment.members('worker').find((member) => member.name === name)!;
    await deployment.end(worker, 'SIGKILL');
    replacing.push(deployment.replace(worker));
  });
  run.expectedFailures.push(poison!.key);
  const works = await prepareWork(db, 'neighbor', neighbors);
  load.begin([poison!, ...works], { spreadMs: 0, oneInCanceled: Infinity });
  await settle(run, 'poison');
  await Promise.all(replacing);
  const rows = await db.selectFrom('job').selectAll().where('owner', '=', 'local').execute();
  const ids = new Set(
    load.submissions
      .filter(({ key }) => works.some((work) => work.key === key))
      .flatMap(({ answers }) => answers[0]?.jobIds ?? []),
  );
  return {
    poisoned: rows.find(({ idempotencyKey }) => idempotencyKey === poison!.key)!,
    crashes: replacing.length,
    others: rows.filter(({ id }) => ids.has(id)),
  };
}

/** The worker of the job's latest attempt. */
async function findWorkerOf({ deployment }: Run, videoId: string): Promise<{ name: string }> {
  return deployment.services.db
    .selectFrom('jobAttempt')
    .innerJoin('job', 'job.id', 'jobAttempt.jobId')
    .select('worker as name')
    .where((eb) => eb(eb.ref('job.input', '->>').key('videoId'), '=', videoId))
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
}
