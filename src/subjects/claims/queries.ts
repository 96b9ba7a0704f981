import { sql } from 'kysely';
import type { Insertable, Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { isAmong } from '../../db/owned-reader.ts';
import type { OwnedRows } from '../../db/owned-reader.ts';
import { toUuid } from '../../platform/text.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import type { Claim, ClaimExtractionTable } from './table.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

/** A claim to store, with what it is made of. */
export interface NewClaim {
  text: string;
  confidence: number;
  claimType: string | null;
  sentenceIndex: number | null;
  charStart: number | null;
  charEnd: number | null;
  subclaims: NewClaim[];
}

/** A stored claim with its subclaims, to any depth. */
export type ClaimTree = Claim & { subclaims: ClaimTree[] };

/** Columns of what is read of an extraction. */
const extractionColumns = ['id', 'jobId', 'summaryId', 'totalClaims', 'modelUsed'] as const;

export type ClaimExtraction = Pick<
  Selectable<ClaimExtractionTable>,
  (typeof extractionColumns)[number]
>;

interface NewestExtraction {
  /** Of the summary. */
  id: string;
  owner: string;
  jobId: string;
  totalClaims: number;
}

export type NewClaimExtraction = Omit<Insertable<ClaimExtractionTable>, 'totalClaims'>;

/** Rows that one statement inserts: far below Postgres' 65,535 parameters. */
const insertChunk = 500;

/** Stores an extraction with all its claims. */
export async function insertClaimExtraction(
  trx: DatabaseTransaction,
  extraction: NewClaimExtraction,
  claims: readonly NewClaim[],
): Promise<void> {
  const rows = flattenClaims(extraction.id, claims);
  await trx
    .insertInto('claimExtraction')
    .values({ ...extraction, totalClaims: rows.length })
    .execute();
  for (let start = 0; start < rows.length; start += insertChunk) {
    // Parents come before their subclaims, so every chunk finds its parents stored.
    await trx
      .insertInto('claim')
      .values(rows.slice(start, start + insertChunk))
      .execute();
  }
}

function flattenClaims(extractionId: string, claims: readonly NewClaim[]): Claim[] {
  const rows: Claim[] = [];
  const pending = claims.map((claim) => ({ claim, parentId: null as string | null })).toReversed();
  while (pending.length > 0) {
    const { claim, parentId } = pending.pop()!;
    const { subclaims, ...own } = claim;
    const id = uuidv7();
    rows.push({ id, extractionId, parentId, ordinal: rows.length, ...own });
    pending.push(...subclaims.map((subclaim) => ({ claim: subclaim, parentId: id })).toReversed());
  }
  return rows;
}

export async function listClaimExtractionsByJob(
  db: Database,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<ClaimExtraction[]> {
  return db
    .selectFrom('claimExtraction')
    .select(extractionColumns)
    .where('jobId', 'in', jobIds)
    .where(isVisibleTo(viewer, 'jobId'))
    .execute();
}

/** The summaries of extractions that the viewer has been given already, by the ids of the extractions. */
export async function listSummaryIds(
  db: Database,
  extractionIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('claimExtraction')
    .select(['id', 'summaryId'])
    .where(isAmong(extractionIds))
    .execute();
  return new Map(rows.map(({ id, summaryId }) => [id, summaryId]));
}

/** The newest extraction that there is for the viewer of each summary that has one. */
export async function listLatestExtractions(
  db: Database,
  viewer: Viewer,
  summaryIds: readonly string[],
): Promise<ClaimExtraction[]> {
  return db
    .selectFrom('claimExtraction')
    .select(extractionColumns)
    .distinctOn('summaryId')
    .where('summaryId', 'in', summaryIds)
    .where(isVisibleTo(viewer, 'jobId'))
    .orderBy('summaryId')
    .orderBy('id', 'desc')
    .execute();
}

/** For OwnedReaders: the newest extraction that an owner has of a summary, by the summary's id. */
export const newestExtractions: OwnedRows<NewestExtraction> = {
  toKey: toUuid,
  jobOf: ({ jobId }: Pick<NewestExtraction, 'jobId'>) => jobId,
  list: (db, summaryIds) =>
    db
      .selectFrom('claimExtraction')
      .select(['summaryId as id', 'owner', 'jobId', 'totalClaims'])
      .distinctOn(['summaryId', 'owner'])
      .where(isAmong(summaryIds, 'summary_id'))
      .orderBy('summaryId')
      .orderBy('owner')
      .orderBy('claimExtraction.id', 'desc')
      .execute(),
};

/** The root claims of each extraction in order, by extraction id, each with its subclaims. */
export async function listClaimTrees(
  db: Database,
  extractionIds: readonly string[],
): Promise<Map<string, ClaimTree[]>> {
  const rows = await db
    .selectFrom('claim')
    .selectAll()
    .where(sql<boolean>`extraction_id = any(${sql.val(extractionIds)}::uuid[])`)
    .orderBy('extractionId')
    .orderBy('ordinal')
    .execute();
  const roots = new Map<string, ClaimTree[]>(extractionIds.map((id) => [id, []]));
  const byId = new Map<string, ClaimTree>();
  for (const row of rows) {
    const claim: ClaimTree = { ...row, subclaims: [] };
    byId.set(claim.id, claim);
    const siblings = claim.parentId
      ? byId.get(claim.parentId)?.subclaims
      : roots.get(claim.extractionId);
    siblings?.push(claim);
  }
  return roots;
}

/** The claims of at least this confidence; if a claim is removed, so are its subclaims. */
export function pruneClaims(claims: readonly ClaimTree[], minConfidence: number): ClaimTree[] {
  return claims
    .filter((claim) => claim.confidence >= minConfidence)
    .map((claim) => ({ ...claim, subclaims: pruneClaims(claim.subclaims, minConfidence) }));
}
