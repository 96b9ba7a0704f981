import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Services } from '../services.ts';

/** Describes the machine and the versions of its software, in one line. */
export async function describeMachine({ redis, postgres }: Services): Promise<string> {
  const info = await redis.ours.client.info('server');
  const { rows } = await postgres.client.query<{ server_version: string }>('show server_version');
  const cores = cpus();
  return [
    new Date().toISOString().slice(0, 10),
    `${cores.length} cores of ${cores[0]?.model.trim() ?? 'an unknown CPU'}`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `Linux ${execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim()}`,
    `Node ${process.versions.node}`,
    `Redis ${/redis_version:(\S+)/.exec(info)?.[1]}`,
    `PostgreSQL ${rows[0]?.server_version}`,
  ].join(' · ');
}
