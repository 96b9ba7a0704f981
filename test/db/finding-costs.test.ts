import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { countJobs, countJobsByState, maxReadToCount } from '../../src/jobs/rows/count.ts';
import type { JobFilter } from '../../src/jobs/rows/filter.ts';
import { resolveJobs } from '../../src/graphql/job/job-connection.ts';
import { readJobPage } from '../../src/jobs/rows/pages.ts';
import { withRarest } from '../../src/jobs/rows/rarest.ts';
import { maxExamined } from '../../src/jobs/rows/select-examined.ts';
import { readWords, withWords } from '../../src/subjects/summary/jobs-with-words.ts';
import type { Database } from '../../src/db/tables.ts';
import { createTestStack } from '../environment/app/app.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import type { OpenStack } from '../environment/app/open-stack.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { insertWaitingJobs, waitingIdAt } from '../environment/jobs/insert-jobs.ts';

expectNoLeaks();

const { viewer } = localSession;
const disposables = new AsyncDisposableStack();
const jobCount = 24_000;
const page = { limit: 20, after: undefined, before: undefined, inverted: false };
let stack: OpenStack;

beforeAll(async () => {
  stack = disposables.use(await openTestStack(disposables.use(await createTestStack('external'))));
  const { db } = stack;
  await insertWaitingJobs(db, jobCount, { analyze: false });
  await sql`
    insert into video (id, owner, title, path) values ('harbour', ${viewer.owner}, 'Harbour at night', 'harbour.mp4')`.execute(
    db,
  );
  // Every other one is about the video.
  await sql`
    update job set state = 'COMPLETED', finished_at = now(),
      input = case when right(id::text, 1) in ('0', '2', '4', '6', '8', 'a', 'c', 'e') then '{"videoId": "harbour"}' else input end`.execute(
    db,
  );
  await sql`update job set tags = array['first'] where id <= ${waitingIdAt(5)}`.execute(db);
  await sql`vacuum analyze job`.execute(db);
});

afterAll(() => disposables.disposeAsync());

async function find(text: string, filter: JobFilter = {}): Promise<JobFilter> {
  const words = await readWords(stack.db, text);
  return withRarest(stack.db, viewer, { ...filter, text: withWords(words, viewer) });
}

/** Rows of jobs that a statement reads, by their indexes or without. */
async function countRead(run: (db: Database) => Promise<unknown>): Promise<number> {
  return stack.db.transaction().execute(async (trx) => {
    const read = async () => {
      const { rows } = await sql<{ read: number }>`
        select (pg_stat_get_xact_tuples_returned('job'::regclass) + pg_stat_get_xact_tuples_fetched('job'::regclass))::int as read`.execute(
        trx,
      );
      return rows[0]!.read;
    };
    const before = await read();
    await run(trx);
    return (await read()) - before;
  });
}

const completed: JobFilter = { types: ['VIDEO_SUMMARIZATION'], states: ['COMPLETED'] };

test('words that few jobs have are counted exactly, whatever else is asked for', async () => {
  const counted = await countJobs(stack.db, viewer, await find('first', completed));
  expect(counted).toEqual({ count: 5, isExact: true });
});

test('words that very many jobs have are counted up to a limit, and say so', async () => {
  const counted = await countJobs(stack.db, viewer, await find('harbour'));
  expect(counted).toEqual({ count: 10_001, isExact: false });
});

test('with other conditions, only so many of the newest jobs are read to count', async () => {
  const filter = await find('harbour', completed);
  const read = await countRead(async (db) => {
    const counted = await countJobs(db, viewer, filter);
    expect(counted).toEqual({ count: Math.ceil((maxReadToCount + 1) / 2), isExact: false });
  });
  // An entry of the index and a row each, by two counters.
  expect(read).toBeLessThanOrEqual(4 * (maxReadToCount + 1));
  expect(await countJobsByState(stack.db, viewer, filter)).toEqual([
    { type: 'VIDEO_SUMMARIZATION', state: 'COMPLETED', count: maxExamined / 2 },
  ]);
});

test('a page of words and a state is read from the newest, as far as it goes', async () => {
  const filter = await find('harbour', completed);
  const read = await countRead(async (db) => {
    const { jobs } = await readJobPage(db, viewer, filter, page);
    expect(jobs).toHaveLength(20);
  });
  expect(read).toBeLessThanOrEqual(300);
});

test('of two conditions that very many jobs fulfil, those that fulfil both are found page by page', async () => {
  const { db } = stack;
  await sql`update job set tags = array['elsewhere'] where not input ? 'videoId'`.execute(db);
  const { rows } = await sql<{ id: string }>`
    update job set tags = array['elsewhere']
    where id = (select id from job where input ? 'videoId' order by id offset 100 limit 1) returning id`.execute(
    db,
  );
  await sql`vacuum analyze job, job_tag`.execute(db);
  const filter = await find('harbour', { tags: ['elsewhere'] });
  const found: string[] = [];
  let pages = 0;
  for (let after: string | null = null; pages < 20; pages += 1) {
    const { edges, pageInfo } = await resolveJobs({ first: 20, after }, filter, { db, viewer });
    found.push(...edges.map((edge) => edge.node.id));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor ?? null;
  }
  expect(found).toEqual([rows[0]!.id]);
  expect(pages).toBe(jobCount / maxExamined);
});

test('jobs of several types and states come in the order of their ids', async () => {
  const { db } = stack;
  const types = ['CLAIM_EXTRACTION', 'VIDEO_SUMMARIZATION'];
  await sql`update job set type = 'CLAIM_EXTRACTION' where id = ${waitingIdAt(jobCount - 1)}`.execute(
    db,
  );
  await sql`update job set state = 'CANCELED' where id = ${waitingIdAt(jobCount - 3)}`.execute(db);
  const read = await countRead(async (trx) => {
    const filter: JobFilter = { types, states: ['COMPLETED', 'CANCELED'] };
    const { jobs } = await readJobPage(trx, viewer, filter, page);
    expect(jobs.map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, n) => waitingIdAt(jobCount - n)),
    );
  });
  expect(read).toBeLessThanOrEqual(100);
});
