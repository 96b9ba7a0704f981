import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * What is registered again is given back. Of those that an owner has registered more than once before, all stay, as jobs
 * refer to them: the oldest has the key from now on, the others have none.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Paths and needs may be longer than what an index takes. One name has one key, however its accents are composed.
  await sql`
    create function video_key(path text) returns bytea language sql immutable as $$
      select sha256(convert_to(normalize(path, NFC), 'UTF8'))
    $$`.execute(db);
  await sql`
    create function persona_key(name text, role text, information_need text) returns bytea language sql immutable as $$
      select sha256(convert_to(normalize(json_build_array(name, role, information_need)::text, NFC), 'UTF8'))
    $$`.execute(db);
  await sql`alter table video add column key bytea`.execute(db);
  await sql`alter table persona add column key bytea`.execute(db);
  await sql`
    update video set key = oldest.key from (
      select distinct on (owner, video_key(path)) owner, id, video_key(path) as key from video
      order by owner, video_key(path), created_at, id
    ) oldest
    where video.owner = oldest.owner and video.id = oldest.id`.execute(db);
  await sql`
    update persona set key = oldest.key from (
      select distinct on (owner, persona_key(name, role, information_need))
        id, persona_key(name, role, information_need) as key from persona
      order by owner, persona_key(name, role, information_need), id
    ) oldest
    where persona.id = oldest.id`.execute(db);
  await sql`create unique index video_key_of_owner on video (owner, key)`.execute(db);
  await sql`create unique index persona_key_of_owner on persona (owner, key)`.execute(db);
}
