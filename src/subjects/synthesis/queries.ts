import { sql } from 'kysely';
import type { Insertable, Selectable } from 'kysely';
import { validate as isUuid } from 'uuid';
import { summaryColumns } from '../summary/queries.ts';
import type { VideoSummary } from '../summary/queries.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { ClaimConflict, ClaimSynthesisTable } from './table.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import type { GlossPart } from '../summary/table.ts';

/** Maximum number of summaries of one synthesis. */
export const maxSources = 50;

/** Columns of what is read of a synthesis; its text is read by itself. */
const synthesisColumns = [
  'id',
  'jobId',
  'strategy',
  'claimsUsed',
  'conflictsDetected',
  'modelUsed',
  'createdAt',
] as const;

/** Columns that may be large. */
export const largeSynthesisColumns = {
  table: 'claimSynthesis',
  sizes: {
    gloss: sql<number>`pg_column_size(gloss)`,
    conflicts: sql<number>`pg_column_size(conflicts)`,
  },
} as const;

export type ClaimSynthesis = Pick<
  Selectable<ClaimSynthesisTable>,
  (typeof synthesisColumns)[number]
>;

export type NewClaimSynthesis = Omit<Insertable<ClaimSynthesisTable>, 'gloss' | 'conflicts'> & {
  gloss: GlossPart[];
  conflicts: ClaimConflict[];
};

/** Stores a synthesis and which summaries it was made of, in their order. */
export async function insertClaimSynthesis(
  trx: DatabaseTransaction,
  synthesis: NewClaimSynthesis,
  summaryIds: readonly string[],
): Promise<void> {
  await trx
    .insertInto('claimSynthesis')
    .values({
      ...synthesis,
      gloss: JSON.stringify(synthesis.gloss),
      conflicts: JSON.stringify(synthesis.conflicts),
    })
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
    .select(synthesisColumns)
    .where('id', '=', id)
    .where(isVisibleTo(viewer, 'jobId'))
    .executeTakeFirst();
}

async function listClaimSynthesesByJob(
  db: Database,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<ClaimSynthesis[]> {
  return db
    .selectFrom('claimSynthesis')
    .select(synthesisColumns)
    .where('jobId', 'in', jobIds)
    .where(isVisibleTo(viewer, 'jobId'))
    .execute();
}

/** The summaries that each synthesis was made of, in the order in which they were given. */
export async function listSourceSummaries(
  db: Database,
  viewer: Viewer,
  synthesisIds: readonly string[],
): Promise<(VideoSummary & { synthesisId: string })[]> {
  return db
    .selectFrom('claimSynthesisSource')
    .innerJoin('videoSummary', 'videoSummary.id', 'claimSynthesisSource.summaryId')
    .select(summaryColumns)
    .select('claimSynthesisSource.synthesisId')
    .where(sql<boolean>`synthesis_id = any(${sql.val(synthesisIds)}::uuid[])`)
    .where(isVisibleTo(viewer, 'videoSummary.jobId', 'videoSummary.owner'))
    .orderBy('claimSynthesisSource.synthesisId')
    .orderBy('claimSynthesisSource.ordinal')
    .execute();
}

/** What claim synthesis makes. */
export const claimSynthesisResult = {
  type: 'ClaimSynthesis',
  table: 'claimSynthesis',
  listByJob: listClaimSynthesesByJob,
  madeOf: {
    result: 'videoSummary',
    table: 'claimSynthesisSource',
    column: 'summaryId',
    of: 'synthesisId',
  },
} as const;
