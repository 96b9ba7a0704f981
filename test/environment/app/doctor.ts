import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { runCommand, startAppProcess } from './app-process.ts';
import type { AppProcess } from './app-process.ts';
import { createTestStack } from './app.ts';
import type { TestStack } from './app.ts';
import { startFakeModelService } from '../model-service/fake-model-service.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';
import { startRedis } from '../programs/redis.ts';

export interface SeenFinding {
  check: string;
  level: string;
  seen: string;
  advice?: string;
}

/** Runs `doctor` as an operator does, and reads what it prints; `output` has both streams. */
export async function runDoctor(env: Record<string, string>, ...args: string[]) {
  const { code, stdout, stderr } = await runCommand(['doctor', ...args], env);
  const output = stderr + stdout;
  return { code, output, findings: readFindings(output) };
}

/** Check, level and advice of each finding that is not ok. */
export function withAdvice(findings: readonly SeenFinding[]): (string | undefined)[][] {
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ check, level, advice }) => [check, level, advice]);
}

function readFindings(output: string): SeenFinding[] {
  const findings: SeenFinding[] = [];
  for (const line of output.split('\n')) {
    const found = /^(ok|warning|wrong) +(.+?): (.*)$/.exec(line);
    if (found) findings.push({ level: found[1]!, check: found[2]!, seen: found[3]! });
    const advice = /^ +do: (.*)$/.exec(line)?.[1];
    const last = findings.at(-1);
    if (advice !== undefined && last) last.advice = advice;
  }
  return findings;
}

/** A Redis of its own, whose settings a test may spoil, and a model service. */
interface DoctorServices extends AsyncDisposable {
  redisUrl: string;
  redisClient: Redis;
  model: FakeModelService;
  /** Changes settings of Redis until the next `reset`. */
  setRedis: (settings: Record<string, string>) => Promise<void>;
  /** Gives Redis the settings that the doctor approves of. */
  reset: () => Promise<void>;
  /** The environment of an app that uses them, and the stack's database. */
  createEnv: (stack: TestStack) => Promise<Record<string, string>>;
}

const goodSettings = { 'maxmemory-policy': 'noeviction', appendonly: 'yes' };

/** Those of a test file; Redis is reset before each test. */
export function useDoctorServices(): DoctorServices {
  const services = {} as DoctorServices;
  beforeAll(async () => {
    Object.assign(services, await startDoctorServices());
  });
  afterAll(() => services[Symbol.asyncDispose]());
  beforeEach(() => services.reset());
  return services;
}

export interface ExaminedServer {
  stack: TestStack;
  /** That of the server. */
  env: Record<string, string>;
  app: AppProcess;
}

/** A server that runs on these services for all tests of a `describe`. */
export function useServer(services: DoctorServices): ExaminedServer {
  const server = {} as ExaminedServer;
  beforeAll(async () => {
    server.stack = await createTestStack('external');
    server.env = await services.createEnv(server.stack);
    server.app = await startAppProcess('all', server.env);
  });
  afterAll(async () => {
    await server.app[Symbol.asyncDispose]();
    await server.stack[Symbol.asyncDispose]();
  });
  return server;
}

async function startDoctorServices(): Promise<DoctorServices> {
  const redis = await startRedis();
  const redisClient = new Redis(redis.url);
  const model = await startFakeModelService();

  async function setRedis(settings: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      await redisClient.config('SET', name, value);
    }
  }

  return {
    redisUrl: redis.url,
    redisClient,
    model,
    setRedis,
    reset: () => setRedis(goodSettings),
    createEnv: async (stack) => ({
      ...stack.env,
      REDIS_URL: redis.url,
      MODEL_SERVICE_URL: model.url,
    }),
    async [Symbol.asyncDispose]() {
      await model[Symbol.asyncDispose]();
      await redisClient.quit();
      await redis[Symbol.asyncDispose]();
    },
  };
}

/** Opens a session of PostgreSQL. */
export async function openSession(connectionString: string) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}
