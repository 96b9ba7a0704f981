import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import { asOwner } from '../../../src/db/viewer.ts';
import { readConfig } from '../../../src/config/config.ts';
import { ConfigError } from '../../../src/config/environment/problems.ts';
import type { Environment } from '../../../src/config/environment/environment.ts';
import { deleteOldResults } from '../../../src/jobs/rows/retention.ts';
import { createOwnedReaders } from '../../../src/db/owned-reader.ts';
import {
  findVideoSummary,
  listVideoSummariesOfVideos,
  videoSummaries,
} from '../../../src/subjects/summary/queries.ts';
import { findClaimSynthesis } from '../../../src/subjects/synthesis/queries.ts';
import type { Database } from '../../../src/db/tables.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { ageJobs, ageResults, insertTestJob } from '../../environment/jobs/insert-jobs.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, readJob, watchJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { runJob, summaryFields } from '../../environment/jobs/results.ts';

expectNoLeaks();

const results = jobDefinitions.map(({ result }) => result);

/** Each test starts several apps and runs jobs, which takes long on a busy machine. */
const withinMs = 120_000;

/** Everything that can be read of a summary and a synthesis. */
const resultsQuery = `query ($summary: ID!, $synthesis: ID!) {
  videoSummary(id: $summary) {
    ${summaryFields} video { id summaries { id } } persona { id } claims { text subclaims { text } }
  }
  claimSynthesis(id: $synthesis) { text summaries { id } }
  queues { type counts { completed } }
}`;

interface StoredResults {
  jobs: { id: string }[];
  ids: { summary: string; synthesis: string };
  /** The answer to `resultsQuery`. */
  shown: Record<string, unknown>;
}

describe('results', { timeout: withinMs }, () => {
  let stack: TestStack;
  let model: FakeModelService;
  let subjects: Subjects;

  beforeEach(async () => {
    stack = await createTestStack('external');
    model = await startFakeModelService();
  });

  afterEach(async () => {
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  function start(env: Record<string, string> = {}): Promise<TestApp> {
    return startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url, ...env } });
  }

  /** Runs a job of each type, in an app of its own. */
  async function makeResults(): Promise<StoredResults> {
    await using app = await start();
    const { graphql } = app;
    subjects = await createSubjects(graphql);
    const summarized = await runJob(graphql, 'summarizeVideo', subjects);
    const summary: string = summarized['result'].id;
    const extracted = await runJob(graphql, 'extractClaims', { summaryId: summary });
    const synthesized = await runJob(graphql, 'synthesizeClaims', { summaryIds: [summary] });
    const { job } = await graphql.request(
      'query ($id: ID!) { job(id: $id) { ... on ClaimSynthesisJob { result { id } } } }',
      { id: synthesized['id'] },
    );
    const jobs = [summarized, extracted, synthesized].map((made) => ({ id: made['id'] as string }));
    const ids = { summary, synthesis: job.result.id };
    return { jobs, ids, shown: await graphql.request(resultsQuery, ids) };
  }

  /** Works on the database, while no app runs. */
  async function withDatabase(work: (db: Database) => Promise<void>): Promise<void> {
    await using opened = await openTestStack(stack);
    await work(opened.db);
  }

  test('stay for their owner after their jobs are deleted', async () => {
    const { jobs, ids, shown } = await makeResults();
    const [{ id: old }] = jobs as [{ id: string }];
    await withDatabase((db) => ageJobs(db, 100, jobs));

    await using second = await start();
    await eventually(async () => {
      for (const { id } of jobs) {
        const { data } = await second.graphql.send('query ($id: ID!) { job(id: $id) { id } }', {
          id,
        });
        expect(data).toEqual({ job: null });
      }
    });
    expect(await second.graphql.request(resultsQuery, ids)).toEqual(shown);
    expect((await fetch(`${second.url}/api/jobs/${old}`)).status).toBe(404);
    const [answer, ...others] = await Array.fromAsync(watchJob(second.graphql, 'sse', old));
    expect(answer?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(others).toEqual([]);
    // New jobs can still use it.
    await runJob(second.graphql, 'extractClaims', { summaryId: ids.summary });
    await second[Symbol.asyncDispose]();

    await withDatabase(async (db) => {
      const readers = createOwnedReaders(db);
      const { owner } = localSession.viewer;
      for (const viewer of [asOwner({ owner }), asOwner({ owner: 'somebody else' })]) {
        const seen = viewer.owner === owner ? 1 : 0;
        const found = [
          await findVideoSummary(db, viewer, ids.summary),
          await readers.find(videoSummaries, viewer, ids.summary),
          await findClaimSynthesis(db, viewer, ids.synthesis),
        ];
        expect(found.filter((row) => row !== undefined)).toHaveLength(3 * seen);
        expect(
          await listVideoSummariesOfVideos(db, viewer, [{ owner, id: subjects.videoId }]),
        ).toHaveLength(seen);
      }
    });
  });

  test('without a limit, jobs of any age stay', async () => {
    const { jobs } = await makeResults();
    await withDatabase((db) => ageJobs(db, 10_000, jobs));
    await using second = await start({ JOB_RETENTION_DAYS: '0' });
    // Retention runs at the start, and so is over when this job has ended.
    await runJob(second.graphql, 'summarizeVideo', subjects);
    for (const { id } of jobs) expect(await readJob(second.graphql, id)).toMatchObject({ id });
  });

  test('that are old are deleted if configured, except those of existing jobs and those that others need', async () => {
    const { jobs, ids } = await makeResults();
    await withDatabase(async (db) => {
      const sweep = () => deleteOldResults(db, results, 200, 10);
      await ageResults(db, 'claim_synthesis', 100);
      await ageResults(db, 'claim_extraction', 200);
      await ageResults(db, 'video_summary', 200);
      expect(await sweep()).toBe(0);
      await ageJobs(db, 200, jobs);
      await db.deleteFrom('job').execute();

      const next = await insertTestJob(db);
      const input = JSON.stringify({ summaryIds: [ids.summary] });
      await db.updateTable('job').set({ input }).where('id', '=', next.id).execute();
      expect(await sweep()).toBe(0);
      await ageJobs(db, 0, [next]);
      expect(await sweep()).toBe(1);
      expect(await countResults(db)).toEqual({ summaries: 1, extractions: 0, syntheses: 1 });
      await ageResults(db, 'claim_synthesis', 200);
    });

    await using second = await start({ RESULT_RETENTION_DAYS: '200' });
    await eventually(async () => {
      const { videoSummary, claimSynthesis } = await second.graphql.request(resultsQuery, ids);
      expect([videoSummary, claimSynthesis]).toEqual([null, null]);
    });
  });
});

async function countResults(db: Database): Promise<Record<string, number>> {
  const summaries = await db.selectFrom('videoSummary').select('id').execute();
  const extractions = await db.selectFrom('claimExtraction').select('id').execute();
  const syntheses = await db.selectFrom('claimSynthesis').select('id').execute();
  return {
    summaries: summaries.length,
    extractions: extractions.length,
    syntheses: syntheses.length,
  };
}

test('results must be kept at least as long as jobs', () => {
  const read = (env: Environment) => readConfig(env, jobDefinitions).retention;
  expect(read({})).toEqual({ jobDays: 90, resultDays: null });
  const forever = { JOB_RETENTION_DAYS: '0' };
  expect(read(forever)).toBeNull();
  expect(read({ RESULT_RETENTION_DAYS: '90' })).toEqual({ jobDays: 90, resultDays: 90 });
  expect(read({ RESULT_RETENTION_DAYS: '0' })).toEqual({ jobDays: 90, resultDays: null });
  const tooFew = [{ RESULT_RETENTION_DAYS: '89' }, { ...forever, RESULT_RETENTION_DAYS: '400' }];
  for (const env of tooFew) expect(() => read(env)).toThrow(ConfigError);
});
