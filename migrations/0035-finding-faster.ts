import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** Accents, vowel points and other marks, once characters are decomposed. */
const marks = String.raw`[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0e47-\u0e4e\u3099\u309a]`;
/** Characters of languages that are written without spaces; each is a word. */
const spaceless = String.raw`[\u0e00-\u0e46\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]`;
/** What is between words: control characters, spaces and punctuation. */
const separators = String.raw`[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb\u00bf\u00d7\u00f7\u05be\u05c0\u05c3\u060c\u061b\u061f\u066a-\u066d\u06d4\u1680\u2000-\u206f\u2190-\u2bff\u3000-\u3040\ufe00-\ufe0f\ufeff\ufffd]+`;
const capitals = 'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІЈЉЊЋЂЏҐØŁĐÆŒÞẞς';
const smalls = 'αβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюяєіјљњћђџґøłđæœþßσ';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createWords(db);
  await createRanges(db);
  await createTotals(db);
}

/** The words by which jobs are found: those of titles, of names, of tags, and of errors. */
async function createWords(db: Kysely<unknown>): Promise<void> {
  // By code points alone: the server's locale may know no letter beyond ASCII, or another lower case of one. In one function,
  // as an index is restored with an empty search path.
  await sql`
    create function search_vector(texts text[]) returns tsvector language sql immutable parallel safe cost 1000 as ${sql.lit(`
      select array_to_tsvector(coalesce(array_agg(distinct left(word, 64)), '{}'))
      from regexp_split_to_table(
        regexp_replace(
          translate(
            lower(regexp_replace(normalize(left(array_to_string(texts, ' '), 4000), NFKD) collate "C", '${marks}', '', 'g')),
            '${capitals}', '${smalls}'),
          '(${spaceless})', ' \\1 ', 'g'),
        '${separators}') word
      where word <> ''`)}`.execute(db);
  // Of words as `search_vector` has them; each stands for those that it begins.
  await sql`
    create function search_query(words text[]) returns tsquery language sql immutable parallel safe as ${sql.lit(`
      select string_agg('''' || replace(replace(word, '\\', '\\\\'), '''', '''''') || ''':*', ' & ')::tsquery
      from unnest(words) word`)}`.execute(db);
  await sql`create index video_words on video using gin (search_vector(array[title]))`.execute(db);
  await sql`create index persona_words on persona using gin (search_vector(array[name]))`.execute(
    db,
  );
  // Most jobs have neither. A search reads the whole pending list, which is to stay short.
  await sql`
    create index job_words on job using gin (search_vector(tags || array[error ->> 'code', error ->> 'message']))
    with (gin_pending_list_limit = 256)
    where tags is not null or error is not null`.execute(db);
}

/**
 * Jobs of a type and a state, newest first, of one owner and of all. A job that ends gets an entry in two of these indexes, and
 * one that fails in another; as long as it has not ended, it costs no more entries than before.
 */
async function createRanges(db: Kysely<unknown>): Promise<void> {
  const ended = sql.raw(`state in ('COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED')`);
  await sql`create index job_ended_of_owner on job (owner, type, state, id) where ${ended}`.execute(
    db,
  );
  await sql`create index job_ended_of_type on job (type, state, id) where ${ended}`.execute(db);
  await sql`create index job_failed_of_owner on job (owner, (error ->> 'code'), id)
    where state = 'FAILED'`.execute(db);
}

/** How many jobs of each owner, type and state have ended and are still there: a ledger, as `job_total` is. */
async function createTotals(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table owner_total (
      owner text not null,
      type text not null,
      state text not null,
      jobs bigint not null,
      primary key (owner, type, state)
    )`.execute(db);
  // Entries are only added, so that nobody waits for anybody; now and then they are added to the totals.
  await sql`
    create table owner_entry (
      owner text not null,
      type text not null,
      state text not null,
      jobs bigint not null
    )`.execute(db);
  await sql`
    create function enter_ended_job() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' and old.finished_at is not null then
        insert into owner_entry values (old.owner, old.type, old.state, -1);
      end if;
      if tg_op <> 'DELETE' and new.finished_at is not null then
        insert into owner_entry values (new.owner, new.type, new.state, 1);
      end if;
      return null;
    end $$`.execute(db);
  const conditions = {
    insert: 'new.finished_at is not null',
    update: `(old.finished_at is not null or new.finished_at is not null)
      and (old.state, old.owner, old.finished_at is null) is distinct from (new.state, new.owner, new.finished_at is null)`,
    delete: 'old.finished_at is not null',
  };
  for (const [operation, condition] of Object.entries(conditions)) {
    await sql`
      create trigger ${sql.ref(`enter_ended_job_on_${operation}`)} after ${sql.raw(operation)} on job
      for each row when (${sql.raw(condition)}) execute function enter_ended_job()`.execute(db);
  }
  await sql`
    insert into owner_total (owner, type, state, jobs)
    select owner, type, state, count(*) from job where finished_at is not null group by owner, type, state`.execute(
    db,
  );
}
