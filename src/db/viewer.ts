import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { ForbiddenError } from '../errors.ts';

/**
 * Who sends a request, which decides which rows they may see: a user their own, an operator all, the holder of a ticket one
 * job, its result and the videos that it is about. This file is the only place that decides it; which videos these are,
 * src/subjects/video/visible-videos.ts says.
 */
export type Viewer =
  | { role: 'user'; owner: string }
  | { role: 'operator'; owner: string }
  | {
      role: 'ticket';
      owner: string;
      jobId: string;
      /** Who issued the ticket, if not the job's owner. */
      maker?: string | undefined;
    };

/** The longest that a ticket is valid. */
export const maxTicketSeconds = 3_600;

interface OwnedRow {
  owner: string;
  /** The job that the row is, or that made it; undefined for a row that no job made. */
  jobId?: string | undefined;
}

/** Whether the viewer may see a row. */
export function canSee(viewer: Viewer, { owner, jobId }: OwnedRow): boolean {
  if (viewer.role === 'operator') return true;
  if (viewer.owner !== owner) return false;
  return viewer.role === 'user' || viewer.jobId === jobId;
}

/** The same as a condition of SQL; `jobColumn` names the row's job, and is absent for a table whose rows no job made. */
export function isVisibleTo(
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

/** Whether a row is of an owner whose rows the viewer may see, if only some of them: for a first choice. */
export function isOwnedBy(viewer: Viewer, ownerColumn: string): RawBuilder<boolean> {
  if (viewer.role === 'operator') return sql`true`;
  return sql`${sql.ref(ownerColumn)} = ${viewer.owner}`;
}

/** Whose limits a viewer's requests count against: a ticket's count against whoever issued it. */
export function payerOf(viewer: Viewer): string {
  return viewer.role === 'ticket' ? (viewer.maker ?? viewer.owner) : viewer.owner;
}

/** A viewer with the rights of this owner as a plain user, even if the owner is an operator. */
export function asOwner({ owner }: { owner: string }): Viewer {
  return { role: 'user', owner };
}

/** Throws ForbiddenError unless the viewer is an operator. */
export function assertOperator({ role }: Viewer): void {
  if (role !== 'operator') throw new ForbiddenError('This is for operators only.');
}
