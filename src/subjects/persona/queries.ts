import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/tables.ts';
import type { Persona } from './table.ts';
import { toUuid } from '../../platform/text.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

export interface NewPersona {
  /** Orders lists: a UUID of version 7, by the database's clock. */
  id: string;
  name: string;
  role: string;
  informationNeed: string;
}

/** Personas a list shows at most; an analyst has a handful. */
const maxPersonas = 500;

/** Stores a persona, or brings back the one that the owner has in the same words. */
export async function insertPersona(
  db: Database,
  owner: string,
  { id, name, role, informationNeed }: NewPersona,
): Promise<{ persona: Persona; created: boolean }> {
  const key = sql<Uint8Array>`persona_key(${name}, ${role}, ${informationNeed})`;
  const inserted = await db
    .insertInto('persona')
    .values({ owner, id, name, role, informationNeed, key })
    .onConflict((conflict) => conflict.columns(['owner', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted) return { persona: inserted, created: true };
  const known = db.selectFrom('persona').selectAll().where('owner', '=', owner);
  return { persona: await known.where('key', '=', key).executeTakeFirstOrThrow(), created: false };
}

export async function findPersona(
  db: Database,
  viewer: Viewer,
  id: string,
): Promise<Persona | undefined> {
  if (!isUuid(id)) return undefined;
  return db
    .selectFrom('persona')
    .selectAll()
    .where('id', '=', id)
    .where(isVisibleTo(viewer))
    .executeTakeFirst();
}

export async function listPersonasById(
  db: Database,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Persona[]> {
  return db
    .selectFrom('persona')
    .selectAll()
    .where('id', 'in', ids)
    .where(isVisibleTo(viewer))
    .execute();
}

/** The viewer's personas, oldest first. */
export async function listPersonas(db: Database, viewer: Viewer): Promise<Persona[]> {
  return db
    .selectFrom('persona')
    .selectAll()
    .where(isVisibleTo(viewer))
    .orderBy('id')
    .limit(maxPersonas)
    .execute();
}

/** For OwnedReaders: personas by their ids. */
export const personas = {
  toKey: toUuid,
  list: (db: Database, ids: readonly string[]) =>
    db
      .selectFrom('persona')
      .selectAll()
      .where(sql<boolean>`id = any(${sql.val(ids)}::uuid[])`)
      .modifyEnd(prepared)
      .execute(),
};
