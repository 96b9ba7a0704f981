import type { ColumnType } from 'kysely';
import type { Database } from '../db/tables.ts';

/** What an owner has of videos and personas; the database counts. */
interface SubjectTotalTable {
  owner: string;
  subjects: ColumnType<string, never, never>;
  bytes: ColumnType<string, never, never>;
}

declare module '../db/tables.ts' {
  interface Tables {
    subjectTotal: SubjectTotalTable;
  }
}

/** How many videos and personas an owner has, and the bytes of their texts. */
export async function getSubjectTotal(
  db: Database,
  owner: string,
): Promise<{ subjects: number; bytes: number }> {
  const total = await db
    .selectFrom('subjectTotal')
    .select(['subjects', 'bytes'])
    .where('owner', '=', owner)
    .executeTakeFirst();
  return { subjects: Number(total?.subjects ?? 0), bytes: Number(total?.bytes ?? 0) };
}
