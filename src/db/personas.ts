import { validate as isUuid } from 'uuid';
import type { Database, Persona } from './tables.ts';
import { isSeenBy } from './viewer.ts';
import type { Viewer } from './viewer.ts';

export interface NewPersona {
  /** Orders lists: a UUID of version 7, by the database's clock. */
  id: string;
  name: string;
  role: string;
  informationNeed: string;
}

/** Personas a list shows at most; an analyst has a handful. */
const maxPersonas = 500;

export async function insertPersona(
  db: Database,
  owner: string,
  persona: NewPersona,
): Promise<Persona> {
  return db
    .insertInto('persona')
    .values({ owner, ...persona })
    .returningAll()
    .executeTakeFirstOrThrow();
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
    .where(isSeenBy(viewer))
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
    .where(isSeenBy(viewer))
    .execute();
}

/** The viewer's personas, oldest first. */
export async function listPersonas(db: Database, viewer: Viewer): Promise<Persona[]> {
  return db
    .selectFrom('persona')
    .selectAll()
    .where(isSeenBy(viewer))
    .orderBy('id')
    .limit(maxPersonas)
    .execute();
}
