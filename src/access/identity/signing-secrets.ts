import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';

const secretBytes = 32;

/** The secret that all processes of the installation sign with. The first process that asks creates it. */
export async function getSigningSecret(db: Database, name: string): Promise<Uint8Array> {
  const made = randomBytes(secretBytes).toString('hex');
  await db
    .insertInto('signingSecret')
    .values({ name, secret: sql<Uint8Array>`decode(${made}, 'hex')` })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const { secret } = await db
    .selectFrom('signingSecret')
    .select(sql<string>`encode(secret, 'hex')`.as('secret'))
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return Buffer.from(secret, 'hex');
}
