import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import { insertTestJob, readJobRow } from '../environment/jobs/insert-jobs.ts';
import {
  active,
  completed,
  delayed,
  failed,
  queued,
  toUpdates,
  stalledError,
} from '../environment/jobs/job-changes.ts';
import type { JobChange } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

/** The words are applied one after the other; `row` is expected after the last one. */
type Case = [what: string, words: JobChange[], row: Partial<JobRow>];

const again = { state: 'ACTIVE', attempt: 2, nextAttemptAt: null } as const;
const waiting = {
  state: 'DELAYED',
  attempt: 1,
  nextAttemptAt: expect.any(Date),
  stage: null,
} as const;
const done = { state: 'COMPLETED', progress: 100, stage: null, error: null } as const;

const applied: Case[] = [
  ['a first report', [active(1, 5)], { state: 'ACTIVE', attempt: 1, progress: 5 }],
  ['more progress', [active(1, 5), active(1, 40)], { progress: 40, stage: 'Looking' }],
  ['a new stage', [active(1, 40), active(1, 40, 'Saving')], { progress: 40, stage: 'Saving' }],
  ['a new stage at less progress', [active(1, 40), active(1, 5, 'Saving')], { progress: 40 }],
  ['a newer attempt', [active(1, 80), active(2, 0)], { ...again, progress: 0 }],
  ['a delay', [active(1, 80), delayed], { ...waiting, progress: 80 }],
  ['a newer attempt after a delay', [active(1, 80), delayed, active(2, 5)], again],
  [
    'the end of a delay',
    [active(1, 80), delayed, queued],
    { state: 'QUEUED', nextAttemptAt: null },
  ],
  ['a completion', [active(1, 80), completed(1)], done],
  ['a completion without any report', [completed(1)], { ...done, attempt: 1 }],
  ['a completion after a delay', [active(1, 80), delayed, completed(2)], { ...done, attempt: 2 }],
  ['a failure', [active(2, 80), failed], { progress: 80, error: { ...stalledError, attempt: 2 } }],
];

const ignored: Case[] = [
  ['what the row says already', [active(1, 50), active(1, 50)], { progress: 50 }],
  ['less progress', [active(1, 50), active(1, 40)], { progress: 50 }],
  ['a report of an older attempt', [active(2, 5), active(1, 95)], { ...again, progress: 5 }],
  ['a report of an attempt that is over', [active(1, 50), delayed, active(1, 95)], waiting],
  ['a delay that is known', [active(1, 50), delayed, delayed], waiting],
  ['a report after the end', [completed(1), active(1, 95)], done],
  ['a report of a newer attempt after the end', [completed(1), active(2, 5)], { attempt: 1 }],
  ['a delay after the end', [completed(1), delayed], done],
  ['a failure after the completion', [completed(1), failed], done],
  ['a completion after the failure', [failed, completed(1)], { state: 'FAILED' }],
  ['a second completion', [completed(1), completed(2)], done],
];

const stack = useTestStack('external');

/** Applies all words to a new job; returns what the last one changed, and the row before and after it. */
async function applyWords(words: JobChange[]) {
  const { id } = await insertTestJob(stack.db);
  const updates = toUpdates(id, words);
  for (const update of updates.slice(0, -1)) await applyJobUpdates(stack.db, [update]);
  const before = await readJobRow(stack.db, id);
  const changed = await applyJobUpdates(stack.db, updates.slice(-1));
  return { updates, before, changed, after: await readJobRow(stack.db, id) };
}

test.each(applied)('%s is applied, and makes one version', async (_what, words, row) => {
  const { before, changed, after } = await applyWords(words);
  expect(after).toMatchObject({ ...row, version: before.version + 1 });
  expect(changed).toEqual([after]);
});

test.each(ignored)('%s is ignored', async (_what, words, row) => {
  const { before, changed, after } = await applyWords(words);
  expect(after).toMatchObject(row);
  expect(changed).toEqual([]);
  expect(after).toEqual(before);
});

test('an event that arrives again, or after a later one, is ignored', async () => {
  const { updates, after } = await applyWords([active(1, 5), delayed, active(2, 5), active(2, 60)]);
  for (const update of updates.toReversed()) {
    expect(await applyJobUpdates(stack.db, [update])).toEqual([]);
  }
  expect(await readJobRow(stack.db, after.id)).toEqual(after);
});

test('an event of an unknown job is ignored', async () => {
  expect(await applyJobUpdates(stack.db, toUpdates(randomUUID(), [active(1, 5)]))).toEqual([]);
  expect(await applyJobUpdates(stack.db, [])).toEqual([]);
});
