import { findOpenRedis } from '../../config/exposures.ts';
import type { RedisInspection } from '../../stack/inspect-services.ts';
import { findReplication, findUnfitness, parseInfo } from '../../stack/redis-settings.ts';
import type { RedisFacts } from '../../stack/redis-settings.ts';
import { adviseOnTls } from '../../stack/tls-failure.ts';
import { showAddress } from './address.ts';
import { errorCode } from './explain.ts';
import { isWrong, ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkLatency } from './latency.ts';
import { checkMemory, checkPersistence } from './redis-memory.ts';
import { runCheck } from './run-check.ts';

/** Looks at Redis: whether it can be reached, and whether a queue may rest on it. */
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
  const look = (check: string, run: () => Promise<Finding | Finding[]>) =>
    runCheck(check, run, (error) => advise(error, address));
  const rest = await Promise.all([
    look('redis access', async () => checkAccess(url)),
    look('redis memory', async () => checkMemory(facts)),
    look('redis persistence', () => checkPersistence(redis.client, facts)),
    look('redis latency', () => checkLatency('redis latency', 'PING', () => redis.client.ping())),
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
  if (hasPassword) return ok('redis access', 'it asks for the password of REDIS_URL');
  const open = findOpenRedis(url);
  if (!open) return ok('redis access', 'no password, on loopback');
  return warning('redis access', open.seen, open.advice);
}

function advise(error: unknown, address: string): string {
  const ofTls = adviseOnTls(error, { url: 'REDIS_URL', ca: 'REDIS_CA' });
  if (ofTls !== undefined) return ofTls;
  switch (errorCode(error)) {
    case 'NOAUTH':
      return 'Put its password into REDIS_URL, as redis://:password@host:port.';
    case 'WRONGPASS':
      return 'Put the right user and password into REDIS_URL.';
    case 'NOPERM':
      return 'Let the user of REDIS_URL run all commands on the keys and channels of REDIS_PREFIX.';
    default:
      return `Start Redis at ${address}, or set REDIS_URL to where it runs; see that no firewall is in between.`;
  }
}
