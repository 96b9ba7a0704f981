import { LRUCache } from 'lru-cache';
import { findApiKeysByHash, listInvalidKeys, markApiKeysUsed, hashApiKey } from './api-keys.ts';
import type { ApiKey } from './api-keys.ts';
import { createBatcher, createBatchedReads } from '../../platform/batcher.ts';
import type { Database } from '../../db/tables.ts';
import type { Logger } from '../../platform/logger.ts';

const maxRemembered = 5_000;
/** A revoked key must stop working within ten seconds, in every process. */
const rememberedMs = 3_000;
/** How often the use of a key is recorded. */
const useIntervalMs = 60_000;

export interface KeyReader {
  /** The key of a token, also if it is revoked or expired; up to three seconds old. */
  find: (token: string) => Promise<ApiKey | undefined>;
  /** Whether a key is neither revoked nor expired; up to three seconds old. */
  isValid: (id: string) => Promise<boolean>;
  /** Records in the background that a key was used. */
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
  const readValid = createBatchedReads(async (ids) => {
    const invalid = new Set(await listInvalidKeys(db, ids));
    return new Map(ids.map((id) => [id, !invalid.has(id)]));
  });
  const mark = createBatcher(async (ids: string[]) => {
    await markApiKeysUsed(db, ids);
    return ids;
  });
  const marked = new LRUCache<string, true>({ ...remembered(now), ttl: useIntervalMs });

  const find = remember(read, now);
  const findValid = remember(async (id) => ((await readValid(id)) ? id : undefined), now);

  return {
    // By the hash: no process keeps keys in its memory.
    find: (token) => find(hashApiKey(token).toString('hex')),
    isValid: async (id) => (await findValid(id)) !== undefined,
    markUsed: (id) => {
      if (marked.has(id)) return;
      marked.set(id, true);
      mark(id).catch((error: unknown) => {
        logger.warn({ err: error, keyId: id }, 'use of an API key not recorded');
      });
    },
  };
}

/** Remembers what was found for a moment. What was not found is read each time, so that a new key works at once. */
function remember<Value extends object | string>(
  read: (key: string) => Promise<Value | undefined>,
  now: () => number,
): (key: string) => Promise<Value | undefined> {
  const known = new LRUCache<string, Value>(remembered(now));
  return async (key) => {
    const value = known.get(key);
    if (value !== undefined) return value;
    // The time runs from the question: a key that is revoked while the answer is under way may not be remembered longer.
    const start = now();
    const found = await read(key);
    if (found !== undefined) known.set(key, found, { start });
    return found;
  };
}

function remembered(now: () => number) {
  return { max: maxRemembered, ttl: rememberedMs, ttlResolution: 0, perf: { now } };
}
