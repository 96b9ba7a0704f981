import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from './certificates.ts';
import { findRedisServer } from './find-programs.ts';
import { onFreePort, startServiceProcess } from './service-process.ts';

/** Starts a Redis on loopback that keeps nothing on disk; a given port lets it come back at the same address. */
export async function startRedis(
  givenPort?: number,
  stopSignal: 'TERM' | 'KILL' = 'TERM',
): Promise<AsyncDisposable & { url: string }> {
  const command = findRedisServer();
  if (command === undefined)
    throw new Error('There is no redis-server: run the tests by `npm test`.');
  const start = async (port: number) => {
    const folder = await mkdtemp(join(tmpdir(), 'fovea-redis-'));
    const service = await startServiceProcess({
      command,
      args: ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'],
      folder,
      ready: /ready to accept connections/i,
      stopSignal,
    });
    return { ...service, url: `redis://127.0.0.1:${port}` };
  };
  return givenPort === undefined ? onFreePort(start) : start(givenPort);
}

/** Starts a Redis that accepts TLS connections alone, of one ACL user. */
export async function startTlsRedis(
  { certFile, keyFile }: Certificate,
  { user, password }: { user: string; password: string },
): Promise<AsyncDisposable & { port: number }> {
  const command = findRedisServer();
  if (command === undefined)
    throw new Error('There is no redis-server: run the tests by `npm test`.');
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'fovea-redis-'));
    const place = ['--bind', '127.0.0.1', '--port', '0', '--tls-port', String(port)];
    const tls = [
      '--tls-cert-file',
      certFile,
      '--tls-key-file',
      keyFile,
      '--tls-auth-clients',
      'no',
    ];
    // Redis does not start without a CA for clients, even if it does not authenticate them.
    const authority = ['--tls-ca-cert-file', certFile];
    const users = [
      '--user',
      'default',
      'off',
      '--user',
      user,
      'on',
      `>${password}`,
      '~*',
      '&*',
      '+@all',
    ];
    const service = await startServiceProcess({
      command,
      args: [...place, ...tls, ...authority, ...users, '--save', '', '--appendonly', 'no'],
      folder,
      ready: /ready to accept connections/i,
      stopSignal: 'TERM',
    });
    return { ...service, port };
  });
}
