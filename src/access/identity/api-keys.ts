import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { ApiKeyTable } from './tables.ts';
import type { Database } from '../../db/tables.ts';
import { toUuid } from '../../platform/text.ts';

/** A key without its hash, as it may be shown. */
export type ApiKey = Omit<Selectable<ApiKeyTable>, 'secretHash'>;

export interface NewApiKey {
  owner: string;
  role: ApiKey['role'];
  name: string | null;
  secretHash: Uint8Array;
  expiresAt: Date | null;
}

/** Enough that nobody can guess it, so that a plain hash is safe. */
const secretBytes = 32;
/** The prefix lets scanners find leaked keys. */
const tokenPattern = /^fovea_[\w-]{43}$/;
/** Maximum number of keys that a list shows. */
const maxListed = 1_000;
/** How exact `lastUsedAt` is. */
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

export function createApiKeyToken(): string {
  return `fovea_${randomBytes(secretBytes).toString('base64url')}`;
}

/** What is stored of a key: enough to recognize it, useless to whoever reads it. */
export function hashApiKey(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function isApiKey(token: string): boolean {
  return tokenPattern.test(token);
}

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

/** The keys of one owner or of all, newest first. */
export async function listApiKeys(db: Database, owner?: string): Promise<ApiKey[]> {
  let query = db.selectFrom('apiKey').select(shown);
  if (owner !== undefined) query = query.where('owner', '=', owner);
  return query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(maxListed).execute();
}

/** Keys by the hexadecimal hash of their token, including those that are no longer valid. */
export async function findApiKeysByHash(
  db: Database,
  hashes: readonly string[],
): Promise<Map<string, ApiKey>> {
  const rows = await db
    .selectFrom('apiKey')
    .select(shown)
    .select(sql<string>`encode(secret_hash, 'hex')`.as('hash'))
    // Text, as every driver accepts that as an array.
    .where(
      sql<boolean>`secret_hash in (select decode(hash, 'hex') from unnest(${sql.val(hashes)}::text[]) hash)`,
    )
    .execute();
  return new Map(rows.map(({ hash, ...key }) => [hash, key]));
}

/** Revokes a key for good; undefined when there is no such key. A key that is already revoked keeps its time. */
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

/** Those of these keys that are no longer valid: revoked, expired or deleted. */
export async function listInvalidKeys(db: Database, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select given.id from unnest(${sql.val(ids)}::uuid[]) given(id)
    where not exists (
      select 1 from api_key
      where api_key.id = given.id and revoked_at is null and (expires_at is null or expires_at > now()))`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** Records that keys are in use, at most once a minute, so that a busy key costs few writes. */
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
