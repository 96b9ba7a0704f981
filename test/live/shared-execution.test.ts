import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { openAttempt } from '../../src/jobs/attempts/open-attempt.ts';
import { appendLogs } from '../../src/jobs/logs.ts';
import type { OpenSubscription } from '../../src/graphql/execution/shared-subscriptions.ts';
import { asOwner } from '../../src/db/viewer.ts';
import type { Viewer } from '../../src/db/viewer.ts';
import { active } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { next, toData, useExecution } from '../environment/app/use-execution.ts';

expectNoLeaks();

const fields = 'id version state estimatedCompletionAt';
const jobUpdated = `subscription ($id: ID!, $after: Int) { jobUpdated(id: $id, after: $after) { ${fields} } }`;
const jobsUpdated = `subscription { jobsUpdated { job { ${fields} } } }`;

const subscriptions = useExecution('external');
const { createJob, live, ask, open } = subscriptions;
let a: Viewer;
let b: Viewer;

beforeEach(() => {
  [a, b] = [asOwner({ owner: randomUUID() }), asOwner({ owner: randomUUID() })];
});

test('a viewer is never given what another was, though they ask for the same in the same words', async () => {
  const jobs = [await createJob(a), await createJob(b)];
  const watches = [await open(a, jobsUpdated), await open(b, jobsUpdated)];
  for (const words of [[], [active(1, 5), active(1, 6)]]) {
    if (words.length > 0) for (const job of jobs) await live(job, words);
    for (const [index, watch] of watches.entries()) {
      const { jobsUpdated: update } = toData(await next(watch));
      expect(update.job.id).toBe(jobs[index]!.id);
      if (words.length === 0) await next(watch); // that this is all there is
    }
  }
  expect(subscriptions.executions).toBe(4);
});

test('an event that viewers share is executed for each of them', async () => {
  const query = 'subscription { queueUpdated(type: VIDEO_SUMMARIZATION) { type } }';
  const watches = await Promise.all([open(a, query), open(a, query), open(b, query)]);
  const [first, second, other] = await Promise.all(watches.map(next));
  expect(second).toBe(first);
  expect(other).not.toBe(first);
  expect(other!.json).toBe(first!.json);
});

test('who has a job by a ticket is told less of it than who watches beside them', async () => {
  const job = await createJob(a);
  const { owner } = a;
  const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version owner } }';
  const viewers: [Viewer, string | null][] = [
    [a, owner],
    [{ role: 'ticket', owner, jobId: job.id }, null],
    [{ role: 'operator', owner: b.owner }, owner],
    [{ role: 'operator', owner }, owner],
  ];
  const watches: OpenSubscription[] = [];
  for (const [viewer] of viewers) watches.push(await open(viewer, query, { id: job.id }));
  for (const version of [job.version, job.version + 1]) {
    if (version > job.version) await live(job, [active(1, 5), active(1, 6)]);
    const payloads = await Promise.all(watches.map(next));
    expect(payloads.map(toData)).toEqual(
      viewers.map(([, shown]) => ({ jobUpdated: { version, owner: shown } })),
    );
  }
});

test('a ticket of another job shares nothing', async () => {
  const [job, other] = [await createJob(a), await createJob(a)];
  const { owner } = a;
  const viewer: Viewer = { role: 'ticket', owner, jobId: other.id };
  const watch = await open(a, jobUpdated, { id: job.id });
  await next(watch);
  const outcome = await ask(viewer, jobUpdated, { id: job.id });
  expect(outcome).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
});

test('a viewer does not find the job that another is watching', async () => {
  const job = await createJob(a);
  const watch = await open(a, jobUpdated, { id: job.id });
  expect(toData(await next(watch))).toMatchObject({ jobUpdated: { id: job.id } });
  for (const query of [
    jobUpdated,
    'subscription ($id: ID!) { jobLogAdded(id: $id) { message } }',
  ]) {
    const outcome = await ask(b, query, { id: job.id });
    expect(outcome).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  }
  await live(job, [active(1, 5), active(1, 6)]);
  expect(toData(await next(watch))).toMatchObject({ jobUpdated: { version: job.version + 1 } });
});

test('an event is executed once for all who ask for the same, wherever they go on from', async () => {
  const job = await createJob(a);
  const variables = [{}, {}, { after: 0 }, { after: 1 }, { after: null }];
  const watches: OpenSubscription[] = [];
  for (const given of variables) watches.push(await open(a, jobUpdated, { id: job.id, ...given }));
  for (const watch of watches) await next(watch);
  const before = subscriptions.executions;
  await live(job, [active(1, 5), active(1, 6)]);
  const payloads = await Promise.all(watches.map(next));
  expect(subscriptions.executions - before).toBe(1);
  expect(new Set(payloads).size).toBe(1);
  expect(toData(payloads[0]!)).toMatchObject({ jobUpdated: { version: job.version + 1 } });
  expect(payloads[0]!.cursor).toBe(job.version + 1);
});

test('what depends on a variable is not shared by those who give it other values', async () => {
  const job = await createJob(a);
  const query = `subscription ($id: ID!, $with: Boolean!) {
      jobUpdated(id: $id) { version progress @include(if: $with) } }`;
  const long = await open(a, query, { id: job.id, with: true });
  const short = await open(a, query, { id: job.id, with: false });
  for (const watch of [long, short]) await next(watch);
  await live(job, [active(1, 5), active(1, 6)]);
  const version = job.version + 1;
  expect(toData(await next(long))).toEqual({ jobUpdated: { version, progress: 6 } });
  expect(toData(await next(short))).toEqual({ jobUpdated: { version } });
});

test('a cursor that changes the answer is a variable like others', async () => {
  const job = await createJob(a);
  await openAttempt(subscriptions.db, { jobId: job.id, round: 1 }, 'worker');
  const lines = ['first', 'second'].map((message) => ({ level: 'INFO', message }) as const);
  await appendLogs(subscriptions.db, job.id, 1, lines);
  const query = `subscription ($id: ID!, $after: Int) {
      jobUpdated(id: $id, after: $after) { logs(after: $after) { message } } }`;
  const watches = [0, 1].map((after) => open(a, query, { id: job.id, after }));
  const payloads = await Promise.all(watches.map(async (watch) => next(await watch)));
  expect(payloads.map((payload) => toData(payload).jobUpdated.logs)).toEqual([
    [{ message: 'first' }, { message: 'second' }],
    [{ message: 'second' }],
  ]);
});
