import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { createBatchedReads } from '../../platform/batcher.ts';
import type { Database } from '../../db/tables.ts';

const maxRemembered = 5_000;
/** A revoked ticket must stop working within ten seconds, in every process. */
const rememberedMs = 3_000;

/** How often the tickets of each of these jobs were revoked; those without an entry never were. */
export async function listTicketGenerations(
  db: Database,
  jobIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('ticketGeneration')
    .selectAll()
    .where('jobId', 'in', jobIds)
    .execute();
  return new Map(rows.map(({ jobId, generation }) => [jobId, generation]));
}

/** Makes every ticket of a job invalid that was created before. */
export async function revokeTickets(db: Database, jobId: string): Promise<void> {
  await db
    .insertInto('ticketGeneration')
    .values({ jobId, generation: 1 })
    .onConflict((conflict) =>
      conflict.column('jobId').doUpdateSet({ generation: sql`ticket_generation.generation + 1` }),
    )
    .execute();
}

/** Finds the generation of a job's tickets; up to three seconds old. `now` is in ms since 1970. */
export function createGenerationReader(
  db: Database,
  now: () => number,
): (jobId: string) => Promise<number> {
  const read = createBatchedReads((jobIds) => listTicketGenerations(db, jobIds));
  const perf = { now };
  const known = new LRUCache<string, number>({
    max: maxRemembered,
    ttl: rememberedMs,
    ttlResolution: 0,
    perf,
  });
  return async (jobId) => {
    const remembered = known.get(jobId);
    if (remembered !== undefined) return remembered;
    // The time runs from the question.
    const start = now();
    const generation = (await read(jobId)) ?? 0;
    known.set(jobId, generation, { start });
    return generation;
  };
}
