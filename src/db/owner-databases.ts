import { LRUCache } from 'lru-cache';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { createDatabase } from './database.ts';
import type { Database } from './tables.ts';

/** Owners whose pool is kept, the most recently used; an owner that was dropped while it is busy gets another one. */
const maxOwners = 1_000;

/** Gives each owner at most half of the pool's connections, so that there are always some for the others. */
export function createOwnerDatabases(
  pool: PostgresPool,
  poolSize: number,
): (owner: string) => Database {
  const limit = Math.max(1, Math.floor(poolSize / 2));
  const databases = new LRUCache<string, Database>({
    max: maxOwners,
    memoMethod: () => createDatabase(limitConnections(pool, limit)),
  });
  return (owner) => databases.memo(owner);
}

/**
 * Limits the connections that are taken from a pool at a time. Who waits here is not in the pool's queue, and so delays no
 * other owner. The waiting list is bounded by the owner's own limit of operations.
 */
function limitConnections(pool: PostgresPool, limit: number): PostgresPool {
  const lent = new WeakMap<PostgresPoolClient, PostgresPoolClient>();
  const waiting: (() => void)[] = [];
  let free = limit;

  function giveBack(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  /** The same wrapper for the same connection: Kysely runs its setup on every connection that is new to it. */
  function toLent(client: PostgresPoolClient): PostgresPoolClient {
    const known = lent.get(client);
    if (known) return known;
    const made = Object.create(client, {
      query: { value: client.query.bind(client) },
      release: {
        value: (destroy?: boolean) => {
          try {
            client.release(destroy);
          } finally {
            giveBack();
          }
        },
      },
    }) as PostgresPoolClient;
    lent.set(client, made);
    return made;
  }

  return {
    ...(pool.Client && { Client: pool.Client }),
    options: pool.options,
    connect: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((begin) => waiting.push(begin));
      try {
        return toLent(await pool.connect());
      } catch (error) {
        giveBack();
        throw error;
      }
    },
    end: async () => undefined, // whoever opened the pool ends it
  };
}
