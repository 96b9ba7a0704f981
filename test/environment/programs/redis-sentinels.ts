import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import type { Certificate } from './certificates.ts';
import { startRedisServers, toOptions } from './redis-servers.ts';
import type { RedisGroup } from './redis-servers.ts';
import { onFreePort, startServiceProcess } from './service-process.ts';

const masterName = 'fovea';
const password = 'word-of-servers';
const sentinelPassword = 'word-of-sentinels';
/** A master is down after so long; two of three must say so. */
const downAfterMs = 1_000;
const sentinelCount = 3;
const startsWithin = { withinMs: 30_000 };

/** Makes everything speak TLS alone, by a certificate for localhost. */
export interface TlsFiles {
  certificate: Certificate;
  ca: string;
  caFile: string;
}

/** A master with two replicas, and three Sentinels that watch them; servers and Sentinels each have a password. */
export async function startRedisWithSentinels(
  command: string,
  tls?: TlsFiles,
): Promise<RedisGroup> {
  await using stack = new AsyncDisposableStack();
  const listen = (port: number) => (tls ? toTlsOptions(port, tls) : [['port', String(port)]]);
  const servers = stack.use(
    await startRedisServers(command, 3, (port, [master]) => [
      ...listen(port).flatMap(([name, ...values]) => [`--${name}`, ...values]),
      ...toOptions({ requirepass: password, masterauth: password, 'repl-diskless-sync-delay': 0 }),
      ...(master === undefined ? [] : ['--replicaof', '127.0.0.1', String(master)]),
    ]),
  );
  const connect = (port: number, word: string) =>
    new Redis({
      host: tls ? 'localhost' : '127.0.0.1',
      port,
      password: word,
      ...(tls ? { tls: { ca: tls.ca } } : {}),
    });
  const [master = 0] = servers.ports;
  await ask(connect(master, password), (redis) =>
    eventually(
      async () =>
        expect(await redis.info('replication')).toMatch(/(slave\d:.*state=online[^]*){2}/),
      startsWithin,
    ),
  );
  const sentinels: number[] = [];
  while (sentinels.length < sentinelCount) {
    sentinels.push(
      await onFreePort(async (port) => {
        stack.use(await startSentinel(command, master, listen(port)));
        return port;
      }),
    );
  }
  const askSentinel = <T>(question: (sentinel: Redis) => Promise<T>) =>
    ask(connect(sentinels[0]!, sentinelPassword), question);
  await askSentinel((sentinel) =>
    eventually(async () => {
      const said = (await sentinel.call('SENTINEL', 'MASTER', masterName)) as string[];
      expect(said.join(' ')).toMatch(/num-slaves 2 .*num-other-sentinels 2 /);
    }, startsWithin),
  );
  const scheme = tls ? 'rediss+sentinel' : 'redis+sentinel';
  const hosts = sentinels.map((port) => `${tls ? 'localhost' : '127.0.0.1'}:${port}`);
  // Certificates are for names, and Sentinels know addresses.
  const named = servers.ports.map((port) => `127.0.0.1:${port}=localhost:${port}`);
  const opened = stack.move();
  return {
    env: {
      REDIS_URL: `${scheme}://:${password}@${hosts.join(',')}/${masterName}`,
      REDIS_SENTINEL_PASSWORD: sentinelPassword,
      ...(tls ? { REDIS_NAT_MAP: named.join(','), REDIS_CA: tls.ca } : {}),
    },
    servers,
    findMaster: () =>
      askSentinel(async (sentinel) => {
        const said = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName);
        return Number((said as string[])[1]);
      }),
    whenReplica: (port) =>
      ask(connect(port, password), (redis) =>
        eventually(
          async () => expect(await redis.info('replication')).toMatch(/master_link_status:up/),
          startsWithin,
        ),
      ).then(() => undefined),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function startSentinel(
  command: string,
  master: number,
  listen: string[][],
): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-sentinel-'));
  const lines = [
    ['bind', '127.0.0.1'],
    ...listen,
    ['dir', folder],
    ['requirepass', sentinelPassword],
    ['sentinel', 'sentinel-pass', sentinelPassword],
    ['sentinel', 'monitor', masterName, '127.0.0.1', String(master), '2'],
    ['sentinel', 'auth-pass', masterName, password],
    ['sentinel', 'down-after-milliseconds', masterName, String(downAfterMs)],
    ['sentinel', 'failover-timeout', masterName, '5000'],
  ];
  const file = join(folder, 'sentinel.conf');
  await writeFile(file, lines.map((words) => `${words.join(' ')}\n`).join(''));
  return startServiceProcess({
    command,
    args: [file, '--sentinel'],
    folder,
    ready: /\+monitor master/,
    stopSignal: 'KILL',
  });
}

function toTlsOptions(port: number, { certificate, caFile }: TlsFiles): string[][] {
  return [
    ['port', '0'],
    ['tls-port', String(port)],
    ['tls-cert-file', certificate.certFile],
    ['tls-key-file', certificate.keyFile],
    ['tls-ca-cert-file', caFile],
    ['tls-auth-clients', 'no'],
    ['tls-replication', 'yes'],
  ];
}

async function ask<T>(redis: Redis, question: (redis: Redis) => Promise<T>): Promise<T> {
  // What does not answer yet is asked again.
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
