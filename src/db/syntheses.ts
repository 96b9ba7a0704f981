import type { Insertable } from 'kysely';
import { validate as isUuid } from 'uuid';
import { isSeenBy } from './viewer.ts';
import type { Viewer } from './viewer.ts';
import type {
  ClaimSynthesis,
  Database,
  DatabaseTransaction,
  GlossPart,
  Tables,
  VideoSummary,
} from './tables.ts';

export type NewClaimSynthesis = Omit<Insertable<Tables['claimSynthesis']>, 'gloss'> & {
  gloss: GlossPart[];
};

/** Stores a synthesis and which summaries it was made of, in their order. */
export async function insertClaimSynthesis(
  trx: DatabaseTransaction,
  synthesis: NewClaimSynthesis,
  summaryIds: readonly string[],
): Promise<void> {
  await trx
    .insertInto('claimSynthesis')
    .values({ ...synthesis, gloss: JSON.stringify(synthesis.gloss) })
    .execute();
  await trx
    .insertInto('claimSynthesisSource')
    .values(
      summaryIds.map((summaryId, ordinal) => ({ synthesisId: synthesis.id, ordinal, summaryId })),
    )
    .execute();
}

export async function findClaimSynthesis(
  db: Database,
  viewer: Viewer,
  id: string,
): Promise<ClaimSynthesis | undefined> {
  if (!isUuid(id)) return undefined;
  return db
    .selectFrom('claimSynthesis')
    .selectAll()
    .where('id', '=', id)
    .where(isSeenBy(viewer, 'jobId'))
    .executeTakeFirst();
}

export async function listClaimSynthesesByJob(
  db: Database,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<ClaimSynthesis[]> {
  return db
    .selectFrom('claimSynthesis')
    .selectAll()
    .where('jobId', 'in', jobIds)
    .where(isSeenBy(viewer, 'jobId'))
    .execute();
}

/** The summaries that a synthesis was made of, in the order in which they were given. */
export async function listSourceSummaries(
  db: Database,
  viewer: Viewer,
  synthesisId: string,
): Promise<VideoSummary[]> {
  return db
    .selectFrom('claimSynthesisSource')
    .innerJoin('videoSummary', 'videoSummary.id', 'claimSynthesisSource.summaryId')
    .selectAll('videoSummary')
    .where('claimSynthesisSource.synthesisId', '=', synthesisId)
    .where(isSeenBy(viewer, 'videoSummary.jobId', 'videoSummary.owner'))
    .orderBy('claimSynthesisSource.ordinal')
    .execute();
}
