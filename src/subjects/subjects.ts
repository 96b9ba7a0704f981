import { sql } from 'kysely';
import { createOwnedReader } from '../db/owned-reader.ts';
import type { OwnedReader } from '../db/owned-reader.ts';
import type { Database } from '../db/tables.ts';
import type { Persona } from './persona/table.ts';
import type { Video } from './video/table.ts';
import { isStorable, toUuid } from '../platform/text.ts';

/** What jobs work on, each for who may see it; what is looked up at the same time is read in one statement. */
export interface Subjects {
  db: Database;
  findVideo: OwnedReader<Video>;
  findPersona: OwnedReader<Persona>;
  /** No more than tells whether it is there. */
  findVideoSummary: OwnedReader<{ id: string; owner: string; jobId: string }>;
}

export function createSubjects(db: Database): Subjects {
  return {
    db,
    findVideo: createOwnedReader({
      toKey: toText,
      list: (ids) =>
        db
          .selectFrom('video')
          .selectAll()
          .where(sql<boolean>`id = any(${sql.val(ids)}::text[])`)
          .execute(),
    }),
    findPersona: createOwnedReader({
      toKey: toUuid,
      list: (ids) =>
        db
          .selectFrom('persona')
          .selectAll()
          .where(sql<boolean>`id = any(${sql.val(ids)}::uuid[])`)
          .execute(),
    }),
    findVideoSummary: createOwnedReader({
      toKey: toUuid,
      list: (ids) =>
        db
          .selectFrom('videoSummary')
          .select(['id', 'owner', 'jobId'])
          .where(sql<boolean>`id = any(${sql.val(ids)}::uuid[])`)
          .execute(),
      jobOf: ({ jobId }) => jobId,
    }),
  };
}

function toText(id: string): string | undefined {
  return isStorable(id) ? id : undefined;
}
