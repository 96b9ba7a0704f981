import type { Redis } from 'ioredis';
import { findOpenRedis } from '../../config/exposures.ts';
import type { RedisInspection } from '../../stack/inspect-services.ts';
import {
  findEviction,
  findReplication,
  findUnfitness,
  parseInfo,
} from '../../stack/redis/settings.ts';
import type { RedisFacts } from '../../stack/redis/settings.ts';
import { adviseOnTls } from '../../stack/tls-failure.ts';
import { isWrong, ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { errorCode, runCheck, showAddress } from './run-check.ts';
import { checkLatency } from './timing.ts';

/** Share of the memory limit above which Redis will soon refuse jobs. */
const nearlyFull = 0.9;

/** Checks that Redis can be reached and is fit for queues. */
export async function checkRedis(redis: RedisInspection, url: string): Promise<Finding[]> {
  const address = showAddress(url);
  let facts: RedisFacts = new Map();
  const reached = await runCheck(
    'redis',
    async () => {
      await redis.connect();
      facts = parseInfo(await redis.client.info());
      return judgeServer(address, facts);
    },
    (error) => advise(error, address),
  );
  if (reached.some(isWrong)) return reached;
  const check = (name: string, run: () => Promise<Finding | Finding[]>) =>
    runCheck(name, run, (error) => advise(error, address));
  const rest = await Promise.all([
    check('redis access', async () => checkAccess(url)),
    check('redis memory', async () => checkMemory(facts)),
    check('redis persistence', () => checkPersistence(redis.client, facts)),
    check('redis latency', () => checkLatency('redis latency', 'PING', () => redis.client.ping())),
  ]);
  return [...reached, ...rest.flat()];
}

function judgeServer(address: string, facts: RedisFacts): Finding {
  const valkey = facts.get('valkey_version');
  const version = facts.get('redis_version') ?? '';
  const name = valkey === undefined ? `Redis ${version}` : `Valkey ${valkey}`;
  const seen = `${name} answers at ${address}`;
  const problem = findUnfitness(facts) ?? findReplication(facts);
  if (problem) return wrong('redis', `${seen}; ${problem.seen}`, problem.advice);
  return ok('redis', seen);
}

function checkAccess(url: string): Finding {
  const hasPassword = new URL(url).password !== '';
  if (hasPassword) return ok('redis access', 'it requires the password of REDIS_URL');
  const open = findOpenRedis(url);
  if (!open) return ok('redis access', 'no password, on loopback');
  return warning('redis access', open.seen, open.advice);
}

function advise(error: unknown, address: string): string {
  const ofTls = adviseOnTls(error, { url: 'REDIS_URL', ca: 'REDIS_CA' });
  if (ofTls !== undefined) return ofTls;
  switch (errorCode(error)) {
    case 'NOAUTH':
      return 'Put its password into REDIS_URL: redis://:password@host:port.';
    case 'WRONGPASS':
      return 'Correct the user and password in REDIS_URL.';
    case 'NOPERM':
      return 'Let the user of REDIS_URL run all commands on the keys and channels of REDIS_PREFIX.';
    default:
      return `Start Redis at ${address}, or set REDIS_URL to where it runs; make sure that no firewall is in between.`;
  }
}

/** Checks that Redis evicts nothing and has memory left. */
function checkMemory(facts: RedisFacts): Finding {
  const check = 'redis memory';
  const policy = facts.get('maxmemory_policy') ?? 'unknown';
  const used = Number(facts.get('used_memory'));
  const limit = Number(facts.get('maxmemory'));
  const limitText = limit === 0 ? 'no limit' : `limit ${toMegabytes(limit)}`;
  const seen = `maxmemory-policy ${policy}, ${toMegabytes(used)} used, ${limitText}`;
  const eviction = findEviction(facts);
  if (eviction) return wrong(check, `${seen}: ${eviction.seen}`, eviction.advice);
  if (limit === 0 || used < nearlyFull * limit) return ok(check, seen);
  const advice = 'Raise maxmemory, or find what else it stores: `redis-cli --bigkeys`.';
  return warning(check, `${seen}: nearly full, and then it refuses jobs`, advice);
}

/** Checks that the queues survive a restart of Redis. */
async function checkPersistence(redis: Redis, facts: RedisFacts): Promise<Finding> {
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
    'nothing is kept on disk: a restart empties the queues until they are restored from the rows',
    'Run `redis-cli config set appendonly yes`, and set the same in redis.conf.',
  );
}

const adviseDisk = 'See the log of Redis; usually its disk is full or its folder is not writable.';

async function readSnapshotSchedule(redis: Redis, facts: RedisFacts): Promise<string> {
  try {
    const [, schedule] = (await redis.config('GET', 'save')) as string[];
    return schedule ?? '';
  } catch {
    // Hosted Redis may forbid CONFIG GET; a past snapshot says enough.
    return Number(facts.get('rdb_saves') ?? 0) > 0 ? 'at times' : '';
  }
}

function toMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
