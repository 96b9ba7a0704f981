import type { Insertable } from 'kysely';
import { validate as isUuid } from 'uuid';
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
  owner: string,
  id: string,
): Promise<ClaimSynthesis | undefined> {
  if (!isUuid(id)) return undefined;
  return db
    .selectFrom('claimSynthesis')
    .selectAll()
    .where('id', '=', id)
    .where('owner', '=', owner)
    .executeTakeFirst();
}

export async function listClaimSynthesesByJob(
  db: Database,
  jobIds: readonly string[],
): Promise<ClaimSynthesis[]> {
  return db.selectFrom('claimSynthesis').selectAll().where('jobId', 'in', jobIds).execute();
}

/** The summaries that a synthesis was made of, in the order in which they were given. */
export async function listSourceSummaries(
  db: Database,
  synthesisId: string,
): Promise<VideoSummary[]> {
  return db
    .selectFrom('claimSynthesisSource')
    .innerJoin('videoSummary', 'videoSummary.id', 'claimSynthesisSource.summaryId')
    .selectAll('videoSummary')
    .where('claimSynthesisSource.synthesisId', '=', synthesisId)
    .orderBy('claimSynthesisSource.ordinal')
    .execute();
}
