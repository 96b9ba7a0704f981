import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePort, startServiceProcess } from './service-process.ts';

/** Of one program, on loopback; each can be killed as a machine that vanishes, and comes back where it was. */
export interface RedisServers extends AsyncDisposable {
  ports: readonly number[];
  kill: (port: number) => Promise<void>;
  /** Starts one that was killed; it has lost its keys, and knows what a node of a Cluster knows of the others. */
  revive: (port: number) => Promise<void>;
}

/** What a set of servers has, however they find their master. */
export interface RedisGroup extends AsyncDisposable {
  /** How the app finds it. */
  env: Record<string, string>;
  /** The port of the master of a key. */
  findMaster: (key: string) => Promise<number>;
  /** Resolves once that server follows another. */
  whenReplica: (port: number) => Promise<void>;
  servers: RedisServers;
}

/** Starts so many; `toArgs` is told the ports of those before it, and its own. */
export async function startRedisServers(
  command: string,
  count: number,
  toArgs: (port: number, earlier: readonly number[]) => string[] | Promise<string[]>,
): Promise<RedisServers> {
  const lasting = await mkdtemp(join(tmpdir(), 'fovea-redis-servers-'));
  const running = new Map<number, AsyncDisposable>();
  const argsOf = new Map<number, string[]>();

  async function start(port: number, args: string[]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'fovea-redis-'));
    const dir = join(lasting, String(port));
    await mkdir(dir, { recursive: true });
    const place = ['--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no'];
    const service = await startServiceProcess({
      command,
      args: [...place, ...args],
      folder,
      ready: /ready to accept connections/i,
      stopSignal: 'KILL',
    });
    running.set(port, service);
    argsOf.set(port, args);
  }

  const kill = async (port: number): Promise<void> => {
    await running.get(port)?.[Symbol.asyncDispose]();
    running.delete(port);
  };
  const disposeAll = async (): Promise<void> => {
    await Promise.all([...running.keys()].map(kill));
    await rm(lasting, { recursive: true, force: true });
  };
  const ports: number[] = [];
  try {
    while (ports.length < count) {
      const port = await onFreePort(async (free) => {
        await start(free, await toArgs(free, ports));
        return free;
      });
      ports.push(port);
    }
  } catch (error) {
    await disposeAll();
    throw error;
  }
  return {
    ports,
    kill,
    revive: (port) => start(port, argsOf.get(port)!),
    [Symbol.asyncDispose]: disposeAll,
  };
}

/** As a command line has them. */
export function toOptions(options: Record<string, string | number>): string[] {
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
