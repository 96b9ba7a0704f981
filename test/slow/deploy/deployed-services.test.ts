import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readComposeFile, root } from '../../environment/programs/compose-file.ts';
import { sendRequest } from '../../environment/clients/http-request.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startNginx } from '../../environment/programs/nginx.ts';
import { findPrometheus, findRedisServer } from '../../environment/programs/find-programs.ts';
import { findFoveaCommand, runInShell } from '../../environment/programs/fovea-commands.ts';
import { onFreePort, startServiceProcess } from '../../environment/programs/service-process.ts';

expectNoLeaks();

const run = promisify(execFile);
const redisPassword = 'not-to-be-guessed';

async function readServices() {
  const secrets = { POSTGRES_PASSWORD: 'p', GRAFANA_PASSWORD: 'g', REDIS_PASSWORD: redisPassword };
  return (await readComposeFile(secrets)).services;
}

/** Requests the path as it is written, which `fetch` would normalize. */
async function get(url: string, path: string): Promise<{ status: number; body: string }> {
  const { status, body } = await sendRequest(url, { path });
  return { status, body };
}

describe('nginx', () => {
  /** Starts nginx in front of a server that answers every request with its path. */
  async function startBehindNginx() {
    await using stack = new AsyncDisposableStack();
    const api = createServer(({ url }, response) => response.end(url)).listen(0, '127.0.0.1');
    await once(api, 'listening');
    stack.defer(async () => {
      api.close();
      api.closeAllConnections();
      await once(api, 'close');
    });
    const host = `127.0.0.1:${(api.address() as AddressInfo).port}`;
    const text = await readFile(join(root, 'deploy/nginx.conf'), 'utf8');
    const nginx = stack.use(
      await startNginx((port) =>
        text.replace('api:4000', host).replace('listen 8080', `listen 127.0.0.1:${port}`),
      ),
    );
    const started = stack.move();
    return { url: nginx.url, [Symbol.asyncDispose]: () => started.disposeAsync() };
  }

  test('refuses metrics and probes to clients, however they write the path', async () => {
    await using nginx = await startBehindNginx();
    const paths = ['/metrics', '/livez', '/readyz', '/metrics?a=1', '//metrics', '/%6detrics'];
    for (const path of [...paths, '/a/../readyz', '/metrics/', '/./livez']) {
      expect([path, await get(nginx.url, path)]).toMatchObject([path, { status: 404 }]);
    }
    expect(await get(nginx.url, '/graphql')).toEqual({ status: 200, body: '/graphql' });
    expect(await get(nginx.url, '/metrics-of-mine')).toMatchObject({ status: 200 });
  });

  test('tells every client whether an API answers, and nothing more', async () => {
    await using nginx = await startBehindNginx();
    expect(await get(nginx.url, '/health')).toEqual({ status: 200, body: '/livez' });
  });

  test('resolves the API’s addresses again, after its command has edited the file', async () => {
    const [, , script = ''] = (await readServices())['nginx']!.command!;
    const edit = script.split(' > ')[0]!.replace('/etc/fovea', join(root, 'deploy'));
    const { stdout } = await run('sh', ['-c', edit]);
    const servers = stdout.match(/^.*server api:4000.*$/gm);
    expect(servers).toEqual([
      '  zone fovea_api 64k; resolver 127.0.0.11 valid=5s; server api:4000 resolve;',
    ]);
  });
});

describe('Redis', () => {
  test('requires the password, persists its data, and refuses writes when it is full', async () => {
    const [, , script = ''] = (await readServices())['redis']!.command!;
    const start = async (port: number) => {
      const folder = await mkdtemp(join(tmpdir(), 'fovea-redis-'));
      const command = script
        .replace('redis-server', findRedisServer()!)
        .replace('--dir /data', `--dir ${folder} --bind 127.0.0.1 --port ${port}`);
      const service = await startServiceProcess({
        command: 'env',
        args: [`REDIS_PASSWORD=${redisPassword}`, 'sh', '-c', command],
        folder,
        ready: /ready to accept connections/i,
        stopSignal: 'TERM',
      });
      return { ...service, port };
    };
    await using redis = await onFreePort(start);
    const stranger = new Redis(redis.port, { lazyConnect: true, retryStrategy: () => null });
    stranger.on('error', () => {}); // the answer to its ping is what is asserted
    const client = new Redis(redis.port, { password: redisPassword });
    try {
      await expect(stranger.ping()).rejects.toThrow('NOAUTH');
      const ping = await findFoveaCommand('redis-cli', 'docker compose exec redis ');
      const here = ping.replace('redis-cli', `redis-cli -p ${redis.port}`);
      expect(await runInShell(here, { REDIS_PASSWORD: redisPassword })).toBe('PONG\n');
      expect(await client.config('GET', 'maxmemory-policy')).toContain('noeviction');
      expect(await client.config('GET', 'appendonly')).toContain('yes');
      expect(await client.config('GET', 'maxmemory')).toContain(String(384 * 1024 * 1024));
    } finally {
      stranger.disconnect();
      client.disconnect();
    }
  });
});

describe('Prometheus', () => {
  test('accepts its files', async () => {
    const { promtool } = findPrometheus()!;
    const { stdout } = await run(promtool, [
      'check',
      'config',
      join(root, 'deploy/prometheus.yml'),
    ]);
    expect(stdout).toContain('is valid prometheus config file');
    expect(stdout).toMatch(/[1-9]\d* rules found/);
  });

  test('scrapes every API and every worker, where they serve their metrics', async () => {
    const text = await readFile(join(root, 'deploy/prometheus.yml'), 'utf8');
    const { scrape_configs: jobs } = parse(text) as {
      scrape_configs: {
        job_name: string;
        dns_sd_configs?: { names: string[]; type: string; port: number }[];
      }[];
    };
    // The alerts go by these names.
    expect(jobs.map(({ job_name: name }) => name)).toEqual(
      expect.arrayContaining(['fovea-api', 'fovea-worker']),
    );
    const services = await readServices();
    const scraped = jobs.flatMap(({ dns_sd_configs: found = [] }) => found);
    expect(scraped.map(({ names, type }) => [names, type])).toEqual([
      [['api'], 'A'],
      [['worker'], 'A'],
    ]);
    for (const { names, port } of scraped) {
      expect(services[names[0]!]!.environment!['METRICS_PORT']).toBe(port);
    }
  });
});
