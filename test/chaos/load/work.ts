import { v7 as uuidv7 } from 'uuid';
import { localSession } from '../../../src/access/identity/session.ts';
import { insertClaimExtraction } from '../../../src/subjects/claims/queries.ts';
import { insertJob } from '../../../src/jobs/rows/insert.ts';
import { insertPersona } from '../../../src/subjects/persona/queries.ts';
import { insertVideoSummary } from '../../../src/subjects/summary/queries.ts';
import type { Database } from '../../../src/db/tables.ts';
import { insertVideo } from '../../../src/subjects/video/register.ts';
import { workKinds } from '../record.ts';
import type { WorkKind } from '../record.ts';

/** Something to submit. No two share a video or a summary, so that a call of the model service identifies its job. */
export interface Work {
  key: string;
  kind: WorkKind;
  input: object;
  /** When it may begin, and when it expires. */
  delayMs?: number;
  expiresInMs?: number;
}

/** Of four pieces of work one is delayed and one expires, as both depend on clocks. */
const times = { everyWorks: 4, delayMs: 1_000, expiresInMs: 10 * 60_000 };

export function withTimes(work: Work, index: number): Work {
  // Shifted by one each time, as kinds take turns as well.
  const turn = (index + Math.floor(index / times.everyWorks)) % times.everyWorks;
  if (turn === 1) return { ...work, delayMs: times.delayMs };
  return turn === 2 ? { ...work, expiresInMs: times.expiresInMs } : work;
}

const { owner } = localSession.viewer;

/** Prefix of the keys of jobs that are only input for others; the checks ignore these jobs. */
export const seedPrefix = 'seed:';

/** Prepares work, of each kind in turn, and inserts all rows that it refers to. A name can be used once in a run. */
export async function prepareWork(
  db: Database,
  name: string,
  count: number,
  kinds: readonly WorkKind[] = workKinds,
): Promise<Work[]> {
  const { persona } = await insertPersona(db, owner, {
    id: uuidv7(),
    name: 'Analyst',
    role: 'Port economist',
    informationNeed: 'What the harbour costs.',
  });
  const works: Work[] = [];
  for (let index = 0; index < count; index += 1) {
    const kind = kinds[index % kinds.length]!;
    const key = `${name}-${kind}-${index}`;
    works.push({ key, kind, input: await prepareInput(db, kind, key, persona.id) });
  }
  return works;
}

async function prepareInput(
  db: Database,
  kind: WorkKind,
  key: string,
  personaId: string,
): Promise<object> {
  const videoId = `video-${key}`;
  await insertVideo(db, owner, { id: videoId, title: key, path: `${key}.mp4` });
  switch (kind) {
    case 'summarize':
    case 'analyze':
      return { videoId, personaId };
    case 'extract':
      return { summaryId: await insertSummary(db, `${key}-a`, videoId, personaId) };
    case 'synthesize': {
      const ids = [];
      for (const part of ['a', 'b']) {
        const summaryId = await insertSummary(db, `${key}-${part}`, videoId, personaId);
        await insertExtraction(db, `${key}-${part}`, summaryId);
        ids.push(summaryId);
      }
      return { summaryIds: ids };
    }
  }
}

async function insertSummary(
  db: Database,
  key: string,
  videoId: string,
  personaId: string,
): Promise<string> {
  const job = await insertFinishedJob(db, 'VIDEO_SUMMARIZATION', key);
  const text = 'Two vessels enter the harbour. One of them is towed. The tug is old.';
  const nothing = {
    visualAnalysis: null,
    audioTranscript: null,
    transcript: null,
    confidence: null,
    audioLanguage: null,
    speakerCount: null,
    audioModelUsed: null,
    visualModelUsed: null,
    fusionStrategy: null,
    processingTimeAudio: null,
    processingTimeVisual: null,
    processingTimeFusion: null,
  };
  const gloss = [{ type: 'text', content: text }];
  const keys = { id: job.resultId, jobId: job.id, videoId, personaId };
  await db
    .transaction()
    .execute((trx) => insertVideoSummary(trx, { ...nothing, ...keys, gloss, keyFrames: [] }));
  return job.resultId;
}

async function insertExtraction(db: Database, key: string, summaryId: string): Promise<void> {
  const job = await insertFinishedJob(db, 'CLAIM_EXTRACTION', key);
  const claim = {
    text: 'Two vessels enter the harbour.',
    confidence: 0.9,
    claimType: null,
    sentenceIndex: 0,
    charStart: 0,
    charEnd: 30,
    subclaims: [],
  };
  const extraction = { id: job.resultId, jobId: job.id, summaryId, strategy: 'SENTENCE_BASED' };
  await db
    .transaction()
    .execute((trx) =>
      insertClaimExtraction(trx, { ...extraction, modelUsed: null, processingTime: null }, [claim]),
    );
}

async function insertFinishedJob(db: Database, type: string, key: string) {
  const { job } = await insertJob(db, {
    id: uuidv7(),
    type,
    owner,
    input: {},
    maxAttempts: 1,
    priority: 'NORMAL',
    idempotencyKey: `${seedPrefix}${key}`,
    resultId: uuidv7(),
  });
  const finishedAt = new Date();
  await db
    .updateTable('job')
    .set({ state: 'COMPLETED', progress: 100, finishedAt, dispatchedAt: finishedAt })
    .where('id', '=', job.id)
    .execute();
  return job;
}
