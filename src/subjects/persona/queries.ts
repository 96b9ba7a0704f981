import { sql } from 'kysely';
import { v7 as uuidv7, validate as isUuid } from 'uuid';
import { ConflictError } from '../../errors.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/tables.ts';
import type { Persona } from './table.ts';
import { isUniqueViolation } from '../../db/unique-violation.ts';
import { toUuid } from '../../platform/text.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

export interface NewPersona {
  /** As other systems know it: a UUID. */
  id?: string | undefined;
  name: string;
  role: string;
  informationNeed: string;
}

/** Personas a list shows at most; an analyst has a handful. */
const maxPersonas = 500;

/**
 * Stores a persona, or brings back the one that the owner has in the same words, with the id that it has. Without an id, and
 * with one that another owner's has, it gets a new one. Throws ConflictError if the id is that of another of the owner's.
 */
export async function insertPersona(
  db: Database,
  owner: string,
  { id, ...texts }: NewPersona,
  newId: () => string = uuidv7,
): Promise<{ persona: Persona; created: boolean }> {
  const { name, role, informationNeed } = texts;
  const key = sql<Uint8Array>`persona_key(${name}, ${role}, ${informationNeed})`;
  for (const chosen of id === undefined ? [newId()] : [id, newId()]) {
    const persona = await db
      .insertInto('persona')
      .values({ owner, id: chosen, ...texts, key })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (persona) return { persona, created: true };
    const known = await db
      .selectFrom('persona')
      .selectAll()
      .select(sql<boolean>`persona_key(name, role, information_need) = ${key}`.as('isSame'))
      .where('owner', '=', owner)
      .where((eb) => eb.or([eb('id', '=', chosen), eb('key', '=', key)]))
      // What has the id comes before what has the texts.
      .orderBy((eb) => eb('id', '=', chosen), 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!known) continue;
    const { isSame, ...own } = known;
    if (!isSame) throw new ConflictError('A persona with this id is there already.');
    return { persona: own, created: false };
  }
  throw new Error('the new id of a persona is taken');
}

/** Changes a persona; undefined if it is not there. Throws ConflictError if its owner has another one in these words. */
export async function updatePersona(
  db: Database,
  id: string,
  change: Partial<Omit<NewPersona, 'id'>>,
): Promise<Persona | undefined> {
  const changed = sql<Uint8Array>`persona_key(
    coalesce(${change.name ?? null}, name), coalesce(${change.role ?? null}, role),
    coalesce(${change.informationNeed ?? null}, information_need))`;
  const present = sql`persona_key(name, role, information_need)`;
  try {
    return await db
      .updateTable('persona')
      // One that was created twice before texts were compared has no key, and keeps none with its old texts.
      .set({ ...change, key: sql`case when ${present} = ${changed} then key else ${changed} end` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
  } catch (error) {
    if (isUniqueViolation(error))
      throw new ConflictError('Another persona has exactly these texts.');
    throw error;
  }
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
    .orderBy('createdAt')
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
