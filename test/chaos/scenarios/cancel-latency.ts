import { expect } from 'vitest';
import { eventually } from '../../environment/eventually.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import { settle } from '../run.ts';
import type { Run } from '../run.ts';
import { cancelDocument, post } from '../load/submit.ts';
import { prepareWork } from '../load/work.ts';
import type { Work } from '../load/work.ts';

/** As many as the workers of a run take at the same time. */
const atOnce = 6;

/**
 * Cancels running jobs, one after the other. Returns the times from the mutation's answer to the abort of the job's call at
 * the model service, in ms, shortest first; 0 if the call was aborted before the answer.
 */
export async function measureCancels(run: Run, count: number): Promise<number[]> {
  const { db } = run.deployment.services;
  const works = await prepareWork(db, 'cancel', count, ['summarize']);
  const subjects = new Set(works.map((work) => subjectOf(work)));
  // Each call is held until its client disconnects.
  run.model.onCall(async (subject, { signal }) => {
    if (subjects.has(subject))
      await createGate()
        .wait(signal)
        .catch(() => undefined);
  });
  const latencies: number[] = [];
  for (let start = 0; start < count; start += atOnce) {
    const batch = works.slice(start, start + atOnce);
    run.load.begin(batch, { spreadMs: 0, oneInCanceled: Infinity });
    await run.load.accepted();
    for (const work of batch) latencies.push(await measureCancel(run, work));
  }
  run.model.onCall(() => undefined);
  await settle(run, 'cancel');
  return latencies.toSorted((a, b) => a - b);
}

async function measureCancel({ model, load, deployment }: Run, work: Work): Promise<number> {
  const subject = subjectOf(work);
  const call = await eventually(() => {
    const found = model.records.find((record) => record.subject === subject);
    expect(found).toBeDefined();
    return found!;
  });
  const { answers } = load.submissions.find(({ key }) => key === work.key)!;
  const [api] = deployment.members('api');
  const answer = await post(api!.url, cancelDocument, { id: answers[0]!.jobIds[0] });
  const answeredAt = Date.now();
  expect(answer?.data?.['cancelJob']).toEqual({ outcome: 'REQUESTED' });
  await eventually(() => expect(call.abortedAt).toBeDefined());
  return Math.max(0, call.abortedAt! - answeredAt);
}

function subjectOf({ input }: Work): string {
  return (input as { videoId: string }).videoId;
}

/** The percentile of sorted values by nearest rank: of 100 values, the 99th percentile is the 99th. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1]!;
}
