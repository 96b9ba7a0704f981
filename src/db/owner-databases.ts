import { LRUCache } from 'lru-cache';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { createDatabase } from './database.ts';
import type { Database } from './tables.ts';

/** Owners whose share is remembered, those that asked last; another that is busy begins a new one. */
const maxOwners = 1_000;

/** The database as each owner has it: with half of its connections at most, so that there are always some for others. */
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
 * A pool of which its user has so many connections at a time. What waits for one waits here, and not before others in the
 * pool; it is as much as the user's operations ask for, which are bounded themselves.
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

  /** The same for the same connection: Kysely prepares what it has not seen before. */
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
    end: async () => undefined, // it is its opener's to end
  };
}
