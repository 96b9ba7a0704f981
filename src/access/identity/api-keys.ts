import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { ApiKeyTable } from './tables.ts';
import type { Database } from '../../db/tables.ts';
import { toUuid } from '../../platform/text.ts';

/** A key as it may be shown: its hash stays in the table. */
export type ApiKey = Omit<Selectable<ApiKeyTable>, 'secretHash'>;

export interface NewApiKey {
  owner: string;
  role: ApiKey['role'];
  name: string | null;
  secretHash: Uint8Array;
  expiresAt: Date | null;
}

/** Keys that a list shows at most. */
const maxListed = 1_000;
/** How old the time of the last use may be. */
const useIntervalSeconds = 60;

const shown = [
  'id',
  'owner',
  'role',
  'name',
  'createdAt',
  'expiresAt',
  'lastUsedAt',
  'revokedAt',
] as const;

export async function insertApiKey(
  db: Database,
  { secretHash, ...key }: NewApiKey,
): Promise<ApiKey> {
  return db
    .insertInto('apiKey')
    .values({ id: uuidv7(), ...key, secretHash: toBytea(toHex(secretHash)) })
    .returning(shown)
    .executeTakeFirstOrThrow();
}

/** The newest first; of one owner, or of all. */
export async function listApiKeys(db: Database, owner?: string): Promise<ApiKey[]> {
  let query = db.selectFrom('apiKey').select(shown);
  if (owner !== undefined) query = query.where('owner', '=', owner);
  return query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(maxListed).execute();
}

/** Keys by the hash of their token, in hexadecimal; those that hold no more as well. */
export async function findApiKeysByHash(
  db: Database,
  hashes: readonly string[],
): Promise<Map<string, ApiKey>> {
  const rows = await db
    .selectFrom('apiKey')
    .select(shown)
    .select(sql<string>`encode(secret_hash, 'hex')`.as('hash'))
    // As text, which every driver takes as an array.
    .where(
      sql<boolean>`secret_hash in (select decode(hash, 'hex') from unnest(${sql.val(hashes)}::text[]) hash)`,
    )
    .execute();
  return new Map(rows.map(({ hash, ...key }) => [hash, key]));
}

/** Ends a key for good; undefined when there is no such key. One that is revoked already stays so. */
export async function revokeApiKey(db: Database, id: string): Promise<ApiKey | undefined> {
  const key = toUuid(id);
  if (key === undefined) return undefined;
  return db
    .updateTable('apiKey')
    .set({ revokedAt: sql<Date>`coalesce(revoked_at, now())` })
    .where('id', '=', key)
    .returning(shown)
    .executeTakeFirst();
}

/** Of these keys those that hold no more: revoked, expired, or gone from the table. */
export async function listLapsedKeys(db: Database, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select asked.id from unnest(${sql.val(ids)}::uuid[]) asked(id)
    where not exists (
      select 1 from api_key
      where api_key.id = asked.id and revoked_at is null and (expires_at is null or expires_at > now()))`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** Notes that keys are in use, up to a minute coarse: a key that many use costs no more writes. */
export async function markApiKeysUsed(db: Database, ids: readonly string[]): Promise<void> {
  await sql`
    update api_key set last_used_at = now()
    where id = any(${sql.val(ids)}::uuid[])
      and (last_used_at is null or last_used_at < now() - make_interval(secs => ${sql.lit(useIntervalSeconds)}))`.execute(
    db,
  );
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function toBytea(hex: string) {
  return sql<Uint8Array>`decode(${hex}, 'hex')`;
}
