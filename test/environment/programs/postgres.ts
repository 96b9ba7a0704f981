import { execFile } from 'node:child_process';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Certificate } from './certificates.ts';
import { findPgbouncer, findPostgresFolder } from './find-programs.ts';
import { onFreePort, startServiceProcess } from './service-process.ts';

const run = promisify(execFile);

// Two test files run at the same time, each with the pools of several apps.
const maxConnections = 300;

/** Faster, but the data would not survive a crash of the machine. */
const notDurable = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

interface Cluster {
  programs: string;
  folder: string;
  user: { uid: number; gid: number } | undefined;
}

/** Starts a new PostgreSQL cluster on loopback, without durability for speed. */
export async function startPostgres(): Promise<AsyncDisposable & { url: string }> {
  const cluster = await initCluster();
  return onFreePort((port) => serve(cluster, port, notDurable, cluster.folder));
}

/** Starts the same, which accepts TLS connections alone. */
export async function startTlsPostgres(
  certificate: Certificate,
): Promise<AsyncDisposable & { url: string }> {
  const cluster = await initCluster();
  const { folder, user } = cluster;
  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    // PostgreSQL refuses a key that others can read.
    await writeFile(path, text, { mode: 0o600 });
    if (user !== undefined) await chown(path, user.uid, user.gid);
    return path;
  };
  const settings = {
    ...notDurable,
    ssl: 'on',
    ssl_cert_file: await write('server.pem', certificate.cert),
    ssl_key_file: await write('server.key', certificate.key),
    hba_file: await write('hba.conf', 'hostssl all all 127.0.0.1/32 trust\n'),
  };
  return onFreePort((port) => serve(cluster, port, settings, folder));
}

/** A cluster that keeps what it has committed when its server crashes. */
export interface DurablePostgres extends AsyncDisposable {
  url: string;
  /** Stops the server as a crash does: without a checkpoint, and with its connections broken. */
  crash: () => Promise<void>;
  /** Starts the server again, with the same data and port. */
  start: () => Promise<void>;
  /** Sends a signal, such as SIGSTOP, to the server and all of its sessions. */
  signal: (signal: NodeJS.Signals) => Promise<void>;
}

export async function startDurablePostgres(): Promise<DurablePostgres> {
  const cluster = await initCluster();
  // A server's folder is removed when it stops, so the cluster is elsewhere.
  const start = async (port: number) => {
    const folder = await createFolder(cluster.user);
    return { port, ...(await serve(cluster, port, {}, folder)) };
  };
  let server = await onFreePort(start);
  const { url, port } = server;
  return {
    url,
    crash: async () => server[Symbol.asyncDispose](),
    start: async () => {
      server = await start(port);
    },
    signal: (signal) => signalFamily(cluster, signal),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(cluster.folder, { recursive: true, force: true });
    },
  };
}

/** The parent first, so that it cannot start another child meanwhile. */
async function signalFamily({ folder }: Cluster, signal: NodeJS.Signals): Promise<void> {
  const text = await readFile(join(folder, 'cluster/postmaster.pid'), 'utf8');
  const postmaster = Number(text.split('\n', 1)[0]);
  process.kill(postmaster, signal);
  const path = `/proc/${postmaster}/task/${postmaster}/children`;
  const children = (await readFile(path, 'utf8')).trim().split(' ');
  for (const pid of children.filter((child) => child !== '')) signalIfAlive(Number(pid), signal);
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // A session may have ended since the children were listed.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function initCluster(): Promise<Cluster> {
  const programs = findPostgresFolder();
  if (programs === undefined) throw new Error('There is no postgres: run the tests by `npm test`.');
  const user = await findUser();
  const folder = await createFolder(user);
  const login = ['--username=fovea', '--auth=trust'];
  const place = ['--pgdata', join(folder, 'cluster'), '--encoding=UTF8', '--locale=C', '--no-sync'];
  await run(join(programs, 'initdb'), [...login, ...place], { ...user, cwd: folder });
  return { programs, folder, user };
}

/** Starts a PgBouncer on loopback in front of a server, in transaction mode, as the user that PostgreSQL runs as. */
export async function startPgbouncer(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable & { url: string }> {
  const command = findPgbouncer();
  if (command === undefined) throw new Error('There is no pgbouncer: run the tests by `npm test`.');
  const { hostname, port: serverPort, username } = new URL(databaseUrl);
  const user = await findUser();
  return onFreePort(async (port) => {
    const folder = await createFolder(user);
    const given = {
      listen_addr: '127.0.0.1',
      listen_port: port,
      unix_socket_dir: '',
      auth_type: 'any',
      pool_mode: 'transaction',
      default_pool_size: 5,
      ...settings,
    };
    const lines = Object.entries(given).map(([key, value]) => `${key} = ${value}`);
    const file = join(folder, 'pgbouncer.ini');
    const server = `* = host=${hostname} port=${serverPort} user=${username}`;
    await writeFile(file, ['[databases]', server, '[pgbouncer]', ...lines, ''].join('\n'));
    const ready = /process up/;
    const service = await startServiceProcess({
      command,
      args: [file],
      folder,
      ready,
      stopSignal: 'TERM', // immediate; it has no QUIT
      user,
    });
    return { ...service, url: Object.assign(new URL(databaseUrl), { port: String(port) }).href };
  });
}

async function createFolder(user: Cluster['user']): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-postgres-'));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  return folder;
}

async function serve(
  { programs, folder: clusterFolder, user }: Cluster,
  port: number,
  given: Readonly<Record<string, string>>,
  folder: string,
): Promise<AsyncDisposable & { url: string }> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    max_connections: maxConnections,
    ...given,
  };
  const service = await startServiceProcess({
    command: join(programs, 'postgres'),
    args: [
      '-D',
      join(clusterFolder, 'cluster'),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    folder,
    ready: /ready to accept connections/,
    stopSignal: 'QUIT', // immediate, as a crash: connections break, and nothing is written
    user,
  });
  return { ...service, url: `postgres://fovea@127.0.0.1:${port}/postgres` };
}

/** The user of Debian's package if we are root, as whom PostgreSQL refuses to run. */
async function findUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string): Promise<number> =>
    Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
