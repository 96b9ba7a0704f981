import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { ForbiddenError } from '../errors.ts';

/**
 * Who asks, and so which rows there are for them: the one place that decides it. A user has what is theirs, an operator all,
 * and the holder of a ticket one job and what it made.
 */
export type Viewer =
  | { role: 'user'; owner: string }
  | { role: 'operator'; owner: string }
  | {
      role: 'ticket';
      owner: string;
      jobId: string;
      /** Who made it, if not the job's owner. */
      maker?: string | undefined;
    };

/** What no ticket outlives. */
export const maxTicketSeconds = 3_600;

/** What tells whose a row is: its owner, and the job that it is, or that made it. */
interface OwnedRow {
  owner: string;
  /** Undefined: no job made it. */
  jobId?: string | undefined;
}

/** Whether a row is there for the viewer. */
export function sees(viewer: Viewer, { owner, jobId }: OwnedRow): boolean {
  if (viewer.role === 'operator') return true;
  if (viewer.owner !== owner) return false;
  return viewer.role === 'user' || viewer.jobId === jobId;
}

/** Whether a row is there for the viewer, for `where`; with the column that names its job, if a job made it. */
export function isSeenBy(
  viewer: Viewer,
  jobColumn?: string,
  ownerColumn = 'owner',
): RawBuilder<boolean> {
  if (viewer.role === 'operator') return sql`true`;
  const isOwned = sql<boolean>`${sql.ref(ownerColumn)} = ${viewer.owner}`;
  if (viewer.role === 'user') return isOwned;
  if (jobColumn === undefined) return sql`false`;
  return sql`(${isOwned} and ${sql.ref(jobColumn)} = ${viewer.jobId})`;
}

/** Whose share a viewer uses of what there is for all: a ticket uses that of who made it. */
export function payerOf(viewer: Viewer): string {
  return viewer.role === 'ticket' ? (viewer.maker ?? viewer.owner) : viewer.owner;
}

/** Who sees what this owner has, and no more: for the owner's own, whatever else they may see. */
export function asOwner({ owner }: { owner: string }): Viewer {
  return { role: 'user', owner };
}

/** For what concerns everybody; throws ForbiddenError. */
export function expectOperator({ role }: Viewer): void {
  if (role !== 'operator') throw new ForbiddenError('Only operators may do this.');
}
