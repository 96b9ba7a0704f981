import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';

export const NodeRef = builder.interfaceRef<{ id: string }>('Node').implement({
  description: 'Whatever has an id that nothing else in this installation has.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes. `node` and `nodes` find it by this.' }),
  }),
});

/** How objects of one type are found by their ids, which are UUIDs. */
export interface NodeKind {
  /** Names the kind among all. */
  name: string;
  /** What precedes the UUID in the id. */
  prefix?: string;
  /** The table, or joined tables, that has the ids. */
  from: RawBuilder<unknown>;
  /** The column of the ids, indexed. */
  id: string;
  /** The column of the job that made it, if a job did. */
  jobId?: string;
  /** Undefined if the viewer may not see it. Those that are requested at the same time are read together. */
  load: (
    context: GraphQLContext,
    ids: { id: string; jobId: string | null },
  ) => Promise<object | undefined>;
  /** Its GraphQL type; the kind's name if absent. */
  typeOf?: (row: object) => string | undefined;
}

const kinds = new Map<string, NodeKind>();

/** Lets `node` and `nodes` find objects of a kind. */
export function addNode(kind: NodeKind): void {
  kinds.set(kind.name, kind);
}

/** By their names. */
export const nodeKinds: ReadonlyMap<string, NodeKind> = kinds;

/** A table whose own ids are UUIDs. */
export function tableOf(name: string): Pick<NodeKind, 'from' | 'id'> {
  return { from: sql`${sql.table(name)}`, id: `${name}.id` };
}
