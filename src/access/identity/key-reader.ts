import { LRUCache } from 'lru-cache';
import { findApiKeysByHash, listLapsedKeys, markApiKeysUsed } from './api-keys.ts';
import type { ApiKey } from './api-keys.ts';
import { createBatcher, createBatchedReads } from '../../platform/batcher.ts';
import type { Database } from '../../db/tables.ts';
import type { Logger } from '../../platform/logger.ts';
import { hashApiKey } from './api-key.ts';

const maxRemembered = 5_000;
/** A key that is revoked must be dead within ten seconds, in every process. */
const rememberedMs = 3_000;
/** How often a key that is used all the time is noted as used. */
const useIntervalMs = 60_000;

export interface KeyReader {
  /** The key of a token, be it revoked or expired; up to three seconds old. */
  find: (token: string) => Promise<ApiKey | undefined>;
  /** Whether a key still holds; up to three seconds old. */
  holds: (id: string) => Promise<boolean>;
  /** Notes in the background that a key was used. */
  markUsed: (id: string) => void;
}

export interface KeyReaderOptions {
  db: Database;
  logger: Logger;
  /** In ms since 1970. */
  now: () => number;
}

export function createKeyReader({ db, logger, now }: KeyReaderOptions): KeyReader {
  const read = createBatchedReads((hashes) => findApiKeysByHash(db, hashes));
  const readHolding = createBatchedReads(async (ids) => {
    const lapsed = new Set(await listLapsedKeys(db, ids));
    return new Map(ids.map((id) => [id, !lapsed.has(id)]));
  });
  const mark = createBatcher(async (ids: string[]) => {
    await markApiKeysUsed(db, ids);
    return ids;
  });
  const marked = new LRUCache<string, number>({ max: maxRemembered });

  const find = remember(read, now);
  const findHolding = remember(async (id) => ((await readHolding(id)) ? id : undefined), now);

  return {
    // By the hash: no process keeps keys in its memory.
    find: (token) => find(hashApiKey(token).toString('hex')),
    holds: async (id) => (await findHolding(id)) !== undefined,
    markUsed: (id) => {
      if (now() - (marked.get(id) ?? -Infinity) < useIntervalMs) return;
      marked.set(id, now());
      mark(id).catch((error: unknown) => {
        logger.warn({ err: error, keyId: id }, 'use of an API key not noted');
      });
    },
  };
}

/** Keeps what is there for a moment; what is not there is looked for each time, so that it is seen as soon as it is. */
function remember<Value extends object | string>(
  read: (key: string) => Promise<Value | undefined>,
  now: () => number,
): (key: string) => Promise<Value | undefined> {
  const remembered = new LRUCache<string, { value: Value; until: number }>({ max: maxRemembered });
  return async (key) => {
    const known = remembered.get(key);
    if (known !== undefined && now() < known.until) return known.value;
    // From when it was asked for: what changes while the answer is under way counts as changed.
    const until = now() + rememberedMs;
    const value = await read(key);
    if (value !== undefined) remembered.set(key, { value, until });
    return value;
  };
}
