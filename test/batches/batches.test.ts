import { beforeAll, describe, expect, test } from 'vitest';
import { stackKinds } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import { followBatch, listJobIds, readBatch, startBatch } from '../environment/jobs/batches.ts';
import { createSubjects, readJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';

expectNoLeaks();

describe.each(stackKinds)('on the %s stack', (kind) => {
  const own = useTestApp(kind);
  let subjects: Subjects;

  beforeAll(async () => {
    subjects = await createSubjects(own.app.graphql);
  });

  test('one call starts jobs and pipelines, and all of them are followed to their end', async () => {
    const { graphql } = own.app;
    const { videoId } = subjects;
    const started = await startBatch(graphql, {
      name: 'Harbour',
      jobs: [
        { summarizeVideo: subjects },
        { transcribeVideo: { videoId } },
        { analyzeVideo: subjects },
      ],
    });
    expect(started).toMatchObject({
      __typename: 'StartBatchPayload',
      created: true,
      batch: {
        name: 'Harbour',
        state: 'RUNNING',
        version: 1,
        progress: 0,
        counts: [{ state: 'QUEUED', count: 5 }],
        completedAt: null,
        jobs: { totalCount: 5 },
      },
    });
    const { batch } = started;
    const types = batch.jobs.edges.map(({ node }: { node: { type: string } }) => node.type);
    expect(types.toReversed()).toEqual([
      'VIDEO_SUMMARIZATION',
      'TRANSCRIPTION',
      'VIDEO_SUMMARIZATION',
      'CLAIM_EXTRACTION',
      'CLAIM_SYNTHESIS',
    ]);

    const followed = await Promise.all(
      transports.map((transport) => followBatch(graphql, transport, batch.id)),
    );
    const present = await readBatch(graphql, batch.id);
    expect(present).toMatchObject({
      state: 'COMPLETED',
      progress: 100,
      counts: [{ state: 'COMPLETED', count: 5 }],
    });
    for (const versions of followed) {
      expect(versions.at(-1)).toEqual(present);
      const numbers = versions.map(({ version }) => version as number);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    }
    const jobs = await Promise.all(listJobIds(started).map((id) => readJob(graphql, id)));
    const ends = jobs.map(({ completedAt }) => Date.parse(completedAt));
    expect(Date.parse(present!['completedAt'])).toBe(Math.max(...ends));
  });
});
