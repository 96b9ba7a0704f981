import { v7 as uuidv7 } from 'uuid';
import { beforeAll, expect } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import { insertPersona } from '../../../src/subjects/persona/queries.ts';
import { insertTranscript } from '../../../src/subjects/transcript/queries.ts';
import { listSegmentPages } from '../../../src/subjects/transcript/stored-segments.ts';
import type { SegmentPage } from '../../../src/subjects/transcript/stored-segments.ts';
import { registerVideo } from '../../../src/subjects/video/register.ts';
import { useTestStack } from '../../environment/app/open-stack.ts';
import { insertTestJob } from '../../environment/jobs/insert-jobs.ts';
import { insertSummary } from '../../environment/jobs/results.ts';

const { viewer } = localSession;

/** Stores and reads transcripts of one video, from before the first test of a file until after its last. */
export function useStoredSegments() {
  const stack = useTestStack('external');
  let videoId: string;
  let personaId: string;

  beforeAll(async () => {
    const { db } = stack;
    ({ id: videoId } = (
      await registerVideo(db, viewer.owner, { title: 'A', path: 'a.mp4' })
    ).video);
    const words = { name: 'A', role: 'B', informationNeed: 'C' };
    ({ id: personaId } = (
      await insertPersona(db, viewer.owner, { id: uuidv7(), ...words })
    ).persona);
  });

  /** Stores a summary with this transcript; gives the summary's id. */
  async function storeSummary(transcript: Record<string, unknown>): Promise<string> {
    const job = await insertTestJob(stack.db);
    const keys = { id: job.resultId, jobId: job.id, videoId, personaId };
    await insertSummary(stack.db, { ...keys, transcript });
    return job.resultId;
  }

  async function store(segments: object[]): Promise<string> {
    const { id: jobId, resultId: id } = await insertTestJob(stack.db);
    const about = { id, jobId, videoId, language: null, durationSeconds: null, modelsUsed: [] };
    await stack.db.transaction().execute((trx) => insertTranscript(trx, about, segments));
    return id;
  }

  async function read(id: string, page: Partial<SegmentPage> = {}) {
    const rows = await listSegmentPages(stack.db, [{ id, after: -1, first: 1_000, ...page }]);
    return rows.map(({ page: place, ...row }) => {
      expect(place).toBe(0);
      return row;
    });
  }

  return { stack, storeSummary, store, read };
}
