import { brandWithType } from '@pothos/core';
import DataLoader from 'dataloader';
import { sql } from 'kysely';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/tables.ts';
import { toUuid } from '../../platform/text.ts';
import type { GraphQLContext } from '../context.ts';
import { defineLoader } from '../loaders.ts';
import { nodeKinds } from './node-ref.ts';
import type { NodeKind } from './node-ref.ts';

interface FoundId {
  kind: string;
  id: string;
  jobId: string | null;
}

/** The kinds of objects that have these ids: the ids of all requested nodes are looked up by one statement. */
const kindsOf = defineLoader(
  (db) =>
    new DataLoader(async (ids: readonly string[]) => {
      const byId = Map.groupBy(await listKinds(db, ids), ({ id }) => id);
      return ids.map((id) => byId.get(id) ?? []);
    }),
);

async function listKinds(db: Database, ids: readonly string[]): Promise<FoundId[]> {
  const lookups = [...nodeKinds.values()].map(
    ({ name, from, id, jobId }) => sql`
      select ${sql.lit(name)} as kind, given.id, ${jobId ? sql.ref(jobId) : sql`null::uuid`} as job_id
      from given join ${from} on ${sql.ref(id)} = given.id`,
  );
  const { rows } = await sql<FoundId>`
    with given as materialized (select unnest(${sql.val(ids)}::uuid[]) as id)
    ${sql.join(lookups, sql` union all `)} ${prepared}`.execute(db);
  return rows;
}

/** What has this id, if the viewer may see it. */
export async function findNode(
  context: GraphQLContext,
  id: string,
): Promise<{ id: string } | undefined> {
  const { prefix, uuid } = split(id);
  if (uuid === undefined) return undefined;
  const found = await kindsOf(context).load(uuid);
  for (const ids of found) {
    const kind = nodeKinds.get(ids.kind)!;
    if ((kind.prefix ?? '') !== prefix) continue;
    // Ids of personas may come from elsewhere, so another object may have the same.
    const row = await kind.load(context, ids);
    const node = row && toNode(kind, row);
    if (node) return node;
  }
  return undefined;
}

function split(id: string): { prefix: string; uuid: string | undefined } {
  const known = [...nodeKinds.values()].map(({ prefix }) => prefix ?? '');
  const prefix = known.find((it) => it !== '' && id.toLowerCase().startsWith(it)) ?? '';
  return { prefix, uuid: toUuid(id.slice(prefix.length)) };
}

/** With its type, which GraphQL asks for. */
function toNode({ name, typeOf }: NodeKind, row: object): { id: string } | undefined {
  const type = typeOf ? typeOf(row) : name;
  if (type === undefined) return undefined; // a job of a type of another version
  brandWithType(row, type as never);
  return row as { id: string };
}
