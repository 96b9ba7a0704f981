import { v7 as uuidv7 } from 'uuid';
import { expect } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import { insertPersona } from '../../../src/subjects/persona/queries.ts';
import type { Database } from '../../../src/db/tables.ts';
import { insertVideoSummary } from '../../../src/subjects/summary/queries.ts';
import type { NewVideoSummary } from '../../../src/subjects/summary/queries.ts';
import type { GlossPart } from '../../../src/subjects/summary/table.ts';
import { registerVideo } from '../../../src/subjects/video/register.ts';
import type { TestStack } from '../app/app.ts';
import { openTestStack } from '../app/open-stack.ts';
import { insertTestJob } from '../jobs/insert-jobs.ts';
import type { GraphQLClient } from '../clients/graphql-client.ts';
import { followJob, startJob } from './jobs.ts';

/** Levels of claims that `runJob` reads. */
const claimLevels = 6;

export const summaryFields = `
  id text visualAnalysis audioTranscript confidence
  keyFrames { frameNumber timestamp description confidence }`;

const claimFields = 'text confidence claimType sentenceIndex charStart charEnd';
const claimTree = Array.from({ length: claimLevels }).reduce<string>(
  (inner) => `${claimFields} subclaims { ${inner} }`,
  claimFields,
);

/** Runs a job, which must complete, and returns its last version with its result. */
export async function runJob(
  graphql: GraphQLClient,
  mutation: Parameters<typeof startJob>[1],
  input: object,
): Promise<Record<string, any>> {
  const { id } = await startJob(graphql, mutation, input);
  const final = (await followJob(graphql, 'sse', id)).at(-1)!;
  expect(final).toMatchObject({ state: 'COMPLETED', error: null });
  const data = await graphql.request(
    `query ($id: ID!) {
      job(id: $id) {
        ... on VideoSummarizationJob { result { ${summaryFields} } }
        ... on ClaimExtractionJob { result { totalClaims summary { id text } claims { ${claimTree} } } }
        ... on ClaimSynthesisJob { result { id text claimsUsed conflictCount conflictsDetected } }
      }
    }`,
    { id },
  );
  return { ...final, ...data['job'] };
}

/** Inserts a summary with these parts, before an app opens the stack. The model service writes only one part. Returns its id. */
export async function insertSummaryOf(stack: TestStack, gloss: GlossPart[]): Promise<string> {
  await using opened = await openTestStack(stack);
  const { db } = opened;
  const { owner } = localSession.viewer;
  const { video } = await registerVideo(db, owner, { title: 'Harbour', path: 'harbour.mp4' });
  const { persona } = await insertPersona(db, owner, {
    id: uuidv7(),
    name: 'A',
    role: 'B',
    informationNeed: 'C',
  });
  const { id: jobId, resultId } = await insertTestJob(db);
  await insertSummary(db, { id: resultId, jobId, videoId: video.id, personaId: persona.id, gloss });
  return resultId;
}

/** Inserts a summary that has nothing but what is given. */
export async function insertSummary(
  db: Database,
  given: Pick<NewVideoSummary, 'id' | 'jobId' | 'videoId' | 'personaId'> & Partial<NewVideoSummary>,
): Promise<void> {
  await db.transaction().execute((trx) =>
    insertVideoSummary(trx, {
      gloss: [],
      keyFrames: [],
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
      ...given,
    }),
  );
}
