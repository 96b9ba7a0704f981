import pg from 'pg';
import { createDatabase } from '../../src/db/database.ts';
import { migrateToLatest } from '../../src/db/migrate.ts';
import { toStartupOptions } from '../../src/stack/postgres/settings.ts';
import type { Database } from '../../src/db/tables.ts';
import type { Viewer } from '../../src/db/viewer.ts';
import '../../src/graphql/schema.ts';
import { sumUpOwnerTotals } from '../../src/queue/figures.ts';
import { toFilter } from '../../src/graphql/job/job-filter.ts';
import { countJobs, countJobsByState } from '../../src/jobs/rows/count.ts';
import { listErrorGroups } from '../../src/jobs/rows/error-groups.ts';
import type { JobFilter } from '../../src/jobs/rows/filter.ts';
import { listUnfinishedJobs } from '../../src/jobs/rows/list.ts';
import { readJobPage } from '../../src/jobs/rows/pages.ts';
import { history, loadHistory } from '../history.ts';
import { percentile } from '../load/percentile.ts';
import { atMost } from '../report/bounds.ts';
import type { Services } from '../services.ts';
import type { Measure, Sample } from './measure.ts';

const quickJobs = 50_000;
const repeats = { quick: 3, full: 40 };
const dayMs = 86_400_000;

type Read = (db: Database, viewer: Viewer, filter: JobFilter, deep: string) => Promise<unknown>;

const page = (after?: string) => ({ limit: 21, after, before: undefined, inverted: false });
const reads = {
  page: (db, viewer, filter) => readJobPage(db, viewer, filter, page()),
  deep: (db, viewer, filter, deep) => readJobPage(db, viewer, filter, page(deep)),
  total: countJobs,
  counts: countJobsByState,
  groups: (db, viewer, filter) => listErrorGroups(db, viewer, filter, 20),
  present: (db, viewer, filter) => listUnfinishedJobs(db, viewer, filter, undefined, 1_000),
} satisfies Record<string, Read>;

const titles: Record<keyof typeof reads, string> = {
  page: 'first page of `jobs`',
  deep: 'a page in the middle of `jobs`',
  total: '`totalCount`',
  counts: '`jobCounts`',
  groups: '`jobErrorGroups`',
  present: 'the present of `jobsUpdated`',
};

const viewers: readonly Viewer[] = [
  { role: 'user', owner: history.many },
  { role: 'user', owner: history.few.owner },
  { role: 'operator', owner: 'operator' },
];

/** Each field alone, and together. */
async function listFilters(client: pg.Client): Promise<Record<string, Record<string, unknown>>> {
  const { rows } = await client.query<{ id: string; persona: string; word: string }>(
    `select (select id::text from job where owner = $1 order by id desc offset 300 limit 1) as id,
       (select id::text from persona where owner = $1) as persona,
       (select right(title, 33) from video where owner = $1 limit 1) as word`,
    [history.many],
  );
  const { id, persona, word } = rows[0]!;
  const ago = (days: number) => new Date(Date.now() - days * dayMs);
  return {
    none: {},
    ids: { ids: [id] },
    types: { types: ['CLAIM_EXTRACTION'] },
    rareType: { types: ['TRANSCRIPTION'] },
    queued: { states: ['QUEUED'] },
    failed: { states: ['FAILED'] },
    expired: { states: ['EXPIRED'] },
    typeAndState: { types: ['CLAIM_SYNTHESIS'], states: ['EXPIRED'] },
    owner: { owner: history.few.owner },
    video: { videoId: `video-${history.many}-1` },
    videos: { videoIds: Array.from({ length: 50 }, (_, n) => `video-${history.many}-${n}`) },
    persona: { personaId: persona },
    pipeline: { pipelineId: id },
    tag: { tags: ['nightly'] },
    rareTag: { tags: ['run-20'] },
    tagAndState: { tags: ['nightly'], states: ['FAILED'] },
    code: { errorCodes: ['MODEL_TIMEOUT'] },
    week: { createdAfter: ago(45), createdBefore: ago(38) },
    failedOfWeek: { states: ['FAILED'], createdAfter: ago(7) },
    textRare: { text: word.trim() },
    textCommon: { text: 'harbour' },
    textMiddling: { text: 'crane' },
    textNone: { text: 'zeppelin' },
    textOfError: { text: 'timeout' },
    textNeverTogether: { text: 'harbour morning' },
    textAndState: { text: 'harbour', states: ['FAILED'] },
    textAndTag: { text: 'crane', tags: ['nightly'] },
  };
}

async function openHistory({ postgres }: Services, jobs: number) {
  await postgres.client.query('drop database if exists history');
  await postgres.client.query('create database history');
  const url = Object.assign(new URL(postgres.url), { pathname: 'history' }).href;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const pool = new pg.Pool({ connectionString: url, options: toStartupOptions(true), max: 1 });
  const db = createDatabase(pool);
  await migrateToLatest(db);
  await loadHistory(client, jobs);
  // As the reconciler does now and then.
  await sumUpOwnerTotals(db);
  await client.query('vacuum analyze');
  return {
    db,
    client,
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      await client.end();
    },
  };
}

/** Finding jobs among a million: of all filters and viewers the worst p95, each below the table. */
export const finding: Measure = {
  name: 'finding',
  variants: ['ours'],
  warmUps: 0,
  maxRounds: 1,
  hasOwnHistory: true,
  rows: Object.entries(titles).map(([key, title]) => ({
    key,
    title: `${title} of a million, the slowest filter’s p95`,
    unit: 'ms',
    better: 'lower' as const,
    must: atMost(50),
    aim: atMost(20),
  })),
  open: async ({ services, quick }) => {
    const opened = await openHistory(services, quick ? quickJobs : history.jobs);
    return {
      round: () => measureAll(opened, quick ? repeats.quick : repeats.full),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  },
};

async function measureAll(
  { db, client }: { db: Database; client: pg.Client },
  count: number,
): Promise<Sample> {
  const { rows } = await client.query<{ id: string }>(
    'select id from job where owner = $1 order by id offset 1000 limit 1',
    [history.many],
  );
  const figures: Record<string, number> = {};
  const details: Record<string, number> = {};
  for (const [name, given] of Object.entries(await listFilters(client))) {
    for (const [key, read] of Object.entries<Read>(reads)) {
      for (const viewer of viewers) {
        const run = async () =>
          read(db, viewer, await toFilter(forRead(key, given), { db, viewer }), rows[0]!.id);
        const p95 = await clock(run, count);
        figures[key] = Math.max(figures[key] ?? 0, p95);
        details[`${key}.${name}`] = Math.max(details[`${key}.${name}`] ?? 0, p95);
      }
    }
  }
  return { figures, details };
}

/** As its field passes it on: errors are of jobs that have failed. */
function forRead(key: string, given: Record<string, unknown>): Record<string, unknown> {
  return key === 'groups' ? { states: ['FAILED'], ...given } : given;
}

/** In ms, once what it reads is in memory; a read that takes more than a second is measured once. */
async function clock(run: () => Promise<unknown>, count: number): Promise<number> {
  const times: number[] = [];
  await run();
  while (times.length < count && times.every((time) => time < 1_000)) {
    const begunAt = performance.now();
    await run();
    times.push(performance.now() - begunAt);
  }
  return percentile(times, 0.95);
}
