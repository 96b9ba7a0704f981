import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { SignJWT } from 'jose';
import { runCommand, startAppProcess } from '../../test/environment/app/app-process.ts';
import type { AppProcess } from '../../test/environment/app/app-process.ts';
import { startPostgres } from '../../test/environment/programs/postgres.ts';
import { startRedis } from '../../test/environment/programs/redis.ts';
import { startLivelyModel } from './lively-model.ts';
import type { LivelyModel, Pace } from './lively-model.ts';

/** What clients are tested against. */
export interface Servers extends AsyncDisposable {
  /** The address of one of the servers, as a load balancer chooses it: the same for the same number, while it is there. */
  choose: (preferred: number) => string;
  /** A token; where the servers are ours, one that lasts so many seconds. */
  createToken: (lastsSeconds: number) => Promise<string | undefined>;
  /** So often the servers send something at least, in ms. */
  pingMs: number;
  /** Undefined where the servers are somebody else's. */
  own: OwnServers | undefined;
}

export interface OwnServers {
  model: LivelyModel;
  /** Ends the server that is preferred by this number, and starts it again. Another one takes over, if there is one. */
  restart: (signal: NodeJS.Signals, preferred: number) => Promise<void>;
}

export function useServers(
  url: string,
  { token, pingMs }: { token: string | undefined; pingMs: number },
): Servers {
  const address = url.replace(/\/graphql\/?$/, '').replace(/\/$/, '');
  return {
    choose: () => address,
    createToken: async () => token,
    pingMs,
    own: undefined,
    async [Symbol.asyncDispose]() {},
  };
}

const secret = 'a secret that conformance tests sign tokens with';
const issuer = 'https://accounts.test/';
const claims = { iss: issuer, aud: 'fovea-jobs', sub: 'ann' };
const unlimited =
  'JOBS_PER_MINUTE UNFINISHED_JOBS SUBJECTS_PER_OWNER POLLS_PER_MINUTE FAILED_LOGINS_PER_MINUTE SUBSCRIPTIONS_PER_OWNER SUBSCRIPTIONS_PER_CONNECTION OPERATIONS_PER_OWNER CONNECTIONS_PER_OWNER CONNECTIONS_PER_ADDRESS TRANSCRIPTION_RATE_PER_MINUTE';

interface OwnOptions {
  /** 1: the embedded stack. More: Redis, PostgreSQL, a worker, and so many servers. */
  replicas: number;
  pace: Pace;
  pingMs: number;
}

/** Starts servers, and a model service whose jobs say much in short time. */
export async function startServers({ replicas, pace, pingMs }: OwnOptions): Promise<Servers> {
  await using opening = new AsyncDisposableStack();
  const model = opening.use(await startLivelyModel(pace));
  const settings: Record<string, string> = {
    ...Object.fromEntries(unlimited.split(' ').map((name) => [name, '0'])),
    AUTH_MODE: 'jwt',
    AUTH_JWT_SECRET: secret,
    AUTH_JWT_ISSUER: issuer,
    AUTH_JWT_AUDIENCE: claims.aud,
    LOG_LEVEL: 'error',
    MODEL_SERVICE_URL: model.url,
    PING_INTERVAL_MS: String(pingMs),
    SHUTDOWN_GRACE_MS: '0',
    TRANSCRIPTION_CONCURRENCY: '200',
    ...(await (replicas === 1 ? openFolder(opening) : openServices(opening))),
  };
  const role = replicas === 1 ? 'all' : 'api';
  const processes: AppProcess[] = [];
  const running = new Set<AppProcess>();
  const start = async (role: string) => {
    const started = await startAppProcess(role, settings);
    running.add(started);
    void started.ended.then(() => running.delete(started));
    return started;
  };
  // Whatever ends this process, none of theirs is left.
  const killAll = () => {
    for (const { kill } of running) kill('SIGKILL');
  };
  process.once('exit', killAll);
  opening.defer(() => void process.off('exit', killAll));
  if (replicas > 1) {
    await migrate(settings);
    opening.use(await start('worker'));
  }
  opening.defer(async () => {
    await Promise.all(processes.map((it) => it[Symbol.asyncDispose]()));
  });
  for (let count = 0; count < replicas; count += 1) {
    processes.push(await start(role));
  }
  let isDown: number | undefined;

  async function restart(signal: NodeJS.Signals, preferred: number): Promise<void> {
    const index = preferred % replicas;
    const ended = processes[index]!;
    isDown = index;
    ended.kill(signal);
    await ended.ended;
    processes[index] = await start(role);
    isDown = undefined;
  }

  const own: OwnServers = {
    model,
    restart,
  };
  const opened = opening.move();
  return {
    choose: (preferred) => {
      const index = preferred % replicas;
      return processes[index === isDown ? (index + 1) % replicas : index]!.url;
    },
    createToken: signToken,
    pingMs,
    own,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function signToken(lastsSeconds: number): Promise<string> {
  return new SignJWT({ ...claims, exp: Math.ceil(Date.now() / 1_000) + lastsSeconds })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
}

async function openFolder(opening: AsyncDisposableStack): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-conformance-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  return { DATA_DIR: folder };
}

async function openServices(opening: AsyncDisposableStack): Promise<Record<string, string>> {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  opening.use(redis);
  opening.use(postgres);
  return { REDIS_URL: redis.url, DATABASE_URL: postgres.url };
}

async function migrate(settings: Record<string, string>): Promise<void> {
  const { code, stderr } = await runCommand(['migrate'], settings);
  if (code !== 0) throw new Error(`The database could not be set up: ${stderr}`);
}
