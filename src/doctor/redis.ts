import type { Redis } from 'ioredis';
import { findOpenRedis } from '../config/exposures.ts';
import type { RedisConfig } from '../config/redis.ts';
import { listMasters } from '../stack/redis/cluster.ts';
import {
  askSentinels,
  SentinelPasswordError,
  UnknownMasterError,
} from '../stack/redis/inspection.ts';
import type { RedisInspection } from '../stack/redis/inspection.ts';
import {
  findEviction,
  findMismatch,
  findReplication,
  findUnfitness,
  parseInfo,
} from '../stack/redis/settings.ts';
import type { RedisFacts } from '../stack/redis/settings.ts';
import { adviseOnTls } from '../stack/tls-failure.ts';
import { isWrong, ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { errorCode, runCheck, showAddress } from './run-check.ts';
import { checkLatency } from './timing.ts';

/** Share of the memory limit above which Redis will soon refuse jobs. */
const nearlyFull = 0.9;

/** Looks at Redis: whether it can be reached, and whether a queue may rest on it. */
export async function checkRedis(redis: RedisInspection, config: RedisConfig): Promise<Finding[]> {
  const address = showAddress(config.url);
  const check = (name: string, run: () => Promise<Finding | Finding[]>) =>
    runCheck(name, run, (error) => advise(error, address));
  let servers: Server[] = [];
  const reached = await check('redis', async () => {
    await redis.connect();
    servers = await Promise.all(listMasters(redis.client).map(readServer));
    return servers.map(({ name, facts }) =>
      judgeServer(servers.length === 1 ? address : name, facts, config),
    );
  });
  if (reached.some(isWrong)) return reached;
  const ofEach = (name: string, judge: (server: Server) => Promise<Finding>) =>
    check(name, async () => summarize(name, await Promise.all(servers.map(judgeNamed(judge)))));
  const rest = await Promise.all([
    checkSentinels(config, check),
    check('redis access', async () => checkAccess(config)),
    ofEach('redis memory', async ({ facts }) => checkMemory(facts)),
    ofEach('redis persistence', ({ client, facts }) => checkPersistence(client, facts)),
    check('redis latency', () => checkLatency('redis latency', 'PING', () => redis.client.ping())),
  ]);
  return [...reached, ...rest.flat()];
}

/** One that is written to; a Cluster has several. */
interface Server {
  name: string;
  client: Redis;
  facts: RedisFacts;
}

async function readServer(client: Redis): Promise<Server> {
  const { host, port } = client.options;
  return { name: `${host}:${port}`, client, facts: parseInfo(await client.info()) };
}

/** What is found at each of several servers, said with its name. */
function judgeNamed(judge: (server: Server) => Promise<Finding>) {
  return async (server: Server, _: number, { length }: readonly Server[]): Promise<Finding> => {
    const finding = await judge(server);
    return length === 1 ? finding : { ...finding, seen: `${server.name}: ${finding.seen}` };
  };
}

/** What is not well of it; if all is, one line says so of all. */
function summarize(check: string, findings: readonly Finding[]): Finding[] {
  const faults = findings.filter(({ level }) => level !== 'ok');
  if (faults.length > 0 || findings.length === 1) return faults.length > 0 ? faults : [...findings];
  return [ok(check, findings.map(({ seen }) => seen).join('; '))];
}

/** Whether enough of those who choose a master are there, and of one mind. */
async function checkSentinels(
  config: RedisConfig,
  check: (name: string, run: () => Promise<Finding>) => Promise<Finding[]>,
): Promise<Finding[]> {
  const { masterName, hosts } = config.location;
  if (masterName === null) return [];
  const name = 'redis sentinels';
  return check(name, async () => {
    const answers = await askSentinels(config);
    const masters = new Set(answers.map(({ master }) => master ?? 'unknown'));
    const seen = `${answers.length} of ${hosts.length} answer; master ${masterName}: ${[...masters].join(', ')}`;
    if (masters.size > 1) {
      return warning(
        name,
        seen,
        'Run doctor again: a failover may be under way. If it stays, see the log of the Sentinels.',
      );
    }
    if (answers.length < hosts.length) {
      return warning(name, seen, 'Start those that do not answer, or take them out of REDIS_URL.');
    }
    return ok(name, seen);
  });
}

function judgeServer(address: string, facts: RedisFacts, config: RedisConfig): Finding {
  const valkey = facts.get('valkey_version');
  const version = facts.get('redis_version') ?? '';
  const name = valkey === undefined ? `Redis ${version}` : `Valkey ${valkey}`;
  const seen = `${name} answers at ${address}`;
  const problem = findUnfitness(facts, config) ?? findReplication(facts);
  if (problem) return wrong('redis', `${seen}; ${problem.seen}`, problem.advice);
  return ok('redis', seen);
}

function checkAccess({ location }: RedisConfig): Finding {
  if (location.password !== undefined) {
    return ok('redis access', 'it asks for the password of REDIS_URL');
  }
  const open = findOpenRedis({ location });
  if (!open) return ok('redis access', 'no password, on loopback');
  return warning('redis access', open.seen, open.advice);
}

function advise(error: unknown, address: string): string {
  const ofTls = adviseOnTls(error, { url: 'REDIS_URL', ca: 'REDIS_CA' });
  const advice = ofTls ?? findMismatch(error)?.advice;
  if (advice !== undefined) return advice;
  if (error instanceof SentinelPasswordError) {
    return 'Set REDIS_SENTINEL_PASSWORD to the password of the Sentinels (requirepass in sentinel.conf).';
  }
  if (error instanceof UnknownMasterError) {
    return 'Let REDIS_URL end with the name that the Sentinels have for it (sentinel monitor <name> …).';
  }
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
