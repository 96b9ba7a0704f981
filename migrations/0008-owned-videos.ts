import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** What an owner calls their videos is nobody else's business: two may use the same id, and neither hears of the other. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table video_summary drop constraint video_summary_video_id_fkey`.execute(db);
  await sql`
    alter table video
      drop constraint video_pkey,
      add primary key (owner, id)`.execute(db);
  await sql`
    alter table video_summary
      add constraint video_summary_video_fkey foreign key (owner, video_id) references video (owner, id)`.execute(
    db,
  );
  // Jobs look for the summaries of an owner's video.
  await sql`drop index video_summary_of_video`.execute(db);
  await sql`create index video_summary_of_video on video_summary (owner, video_id, id desc)`.execute(
    db,
  );
  // For who sees the videos of all.
  await sql`create index video_newest on video (created_at desc, id desc, owner desc)`.execute(db);
  await sql`drop index video_newest_of_owner`.execute(db);
  await sql`
    create index video_newest_of_owner on video (owner, created_at desc, id desc)`.execute(db);
}
