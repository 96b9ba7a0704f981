import type { Redis } from 'ioredis';
import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { findEviction } from '../../stack/redis-settings.ts';
import type { RedisFacts } from '../../stack/redis-settings.ts';

/** Share of the memory limit from which on it will soon refuse jobs. */
const nearlyFull = 0.9;

/** Whether it keeps what it was given, and has room for more. */
export function checkMemory(facts: RedisFacts): Finding {
  const check = 'redis memory';
  const policy = facts.get('maxmemory_policy') ?? 'unknown';
  const used = Number(facts.get('used_memory'));
  const limit = Number(facts.get('maxmemory'));
  const room = limit === 0 ? 'no limit' : `limit ${toMegabytes(limit)}`;
  const seen = `maxmemory-policy ${policy}, ${toMegabytes(used)} used, ${room}`;
  const eviction = findEviction(facts);
  if (eviction) return wrong(check, `${seen}: ${eviction.seen}`, eviction.advice);
  if (limit === 0 || used < nearlyFull * limit) return ok(check, seen);
  const advice = 'Raise maxmemory, or see what else is kept there: `redis-cli --bigkeys`.';
  return warning(check, `${seen}: nearly full, and then it refuses jobs`, advice);
}

/** Whether a restart of Redis leaves the queues as they were. */
export async function checkPersistence(redis: Redis, facts: RedisFacts): Promise<Finding> {
  const check = 'redis persistence';
  if (facts.get('aof_enabled') === '1') {
    return facts.get('aof_last_write_status') === 'err'
      ? wrong(check, 'the last write of the append-only file failed', adviseDisk)
      : ok(check, 'append-only file');
  }
  const schedule = await readSnapshotSchedule(redis, facts);
  if (schedule !== '' && facts.get('rdb_last_bgsave_status') === 'err') {
    return wrong(check, 'the last snapshot failed', adviseDisk);
  }
  if (schedule !== '') return ok(check, `snapshots (save ${schedule}), no append-only file`);
  return warning(
    check,
    'nothing is kept on disk: a restart empties the queues until the rows have filled them again',
    'Run `redis-cli config set appendonly yes`, and write the same into redis.conf.',
  );
}

const adviseDisk = 'See the log of Redis; most often its disk is full, or its folder not writable.';

async function readSnapshotSchedule(redis: Redis, facts: RedisFacts): Promise<string> {
  try {
    const [, schedule] = (await redis.config('GET', 'save')) as string[];
    return schedule ?? '';
  } catch {
    // Who rents a Redis may not ask for its settings; that it has saved says enough.
    return Number(facts.get('rdb_saves') ?? 0) > 0 ? 'at times' : '';
  }
}

function toMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
