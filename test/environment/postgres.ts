import { execFile } from 'node:child_process';
import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgresFolder } from './programs.ts';
import { onFreePort, startServiceProcess } from './service-process.ts';

const run = promisify(execFile);

// Test files run beside each other, each with the pools of several apps.
const maxConnections = 300;

/** A fresh PostgreSQL cluster on loopback that trades durability for speed. */
export async function startPostgres(): Promise<AsyncDisposable & { url: string }> {
  const programs = findPostgresFolder();
  if (programs === undefined) throw new Error('There is no postgres: run the tests by `npm test`.');
  const user = await findUser();
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'fovea-postgres-'));
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    const cluster = join(folder, 'cluster');
    const login = ['--username=fovea', '--auth=trust'];
    await run(
      join(programs, 'initdb'),
      [...login, '--pgdata', cluster, '--encoding=UTF8', '--locale=C', '--no-sync'],
      { ...user, cwd: folder },
    );
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: folder,
      max_connections: maxConnections,
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
    };
    const service = await startServiceProcess({
      command: join(programs, 'postgres'),
      args: [
        '-D',
        cluster,
        ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ],
      folder,
      ready: /ready to accept connections/,
      stopSignal: 'QUIT', // at once: nothing in it is kept
      user,
    });
    return { ...service, url: `postgres://fovea@127.0.0.1:${port}/postgres` };
  });
}

/** PostgreSQL refuses to run as root: Debian's package brings a user for it. */
async function findUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string): Promise<number> =>
    Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
