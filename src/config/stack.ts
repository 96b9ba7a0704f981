import { z } from 'zod';
import { address } from './environment/address.ts';
import type { Problems } from './environment/problems.ts';
import { certificates, count, flag, milliseconds, variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

export const stackVariables = {
  dataDir: variable({
    name: 'DATA_DIR',
    schema: z.string(),
    fallback: '.data',
    help: 'Folder of the embedded database.',
  }),
  redisUrl: variable<string | null>({
    name: 'REDIS_URL',
    schema: address('redis'),
    isAddress: true,
    fallback: null,
    help: 'Redis 7 or Valkey, as `redis://` or `rediss://`. With `DATABASE_URL`: the external stack.',
    isSecret: true,
  }),
  redisPrefix: variable({
    name: 'REDIS_PREFIX',
    schema: z.string().regex(/^[\w-]+$/, 'it may have letters, digits, _ and - only'),
    fallback: 'fovea',
    help: 'Prefix of every Redis key and channel, so that several installations can share one Redis.',
  }),
  databaseUrl: variable<string | null>({
    name: 'DATABASE_URL',
    schema: address('postgres'),
    isAddress: true,
    fallback: null,
    help: 'PostgreSQL 15 or newer, as `postgres://`. With `REDIS_URL`: the external stack.',
    isSecret: true,
  }),
  redisCa: certificates('REDIS_CA', 'Redis at `rediss://`'),
  databaseCa: certificates('DATABASE_CA', 'PostgreSQL with `?sslmode=verify-full`'),
  poolSize: variable({
    name: 'DATABASE_POOL_SIZE',
    schema: count,
    fallback: 10,
    help: 'Maximum connections to PostgreSQL per process.',
  }),
  startupTimeoutMs: variable({
    name: 'STARTUP_TIMEOUT_MS',
    schema: milliseconds,
    fallback: 60_000,
    help: 'How long to wait for Redis and PostgreSQL at start.',
  }),
  migrateOnStart: variable<boolean | null>({
    name: 'MIGRATE_ON_START',
    schema: flag,
    fallback: null,
    defaultText: 'embedded: `true`, external: `false`',
    help: 'Whether to migrate the database schema at start.',
  }),
};

export type StackConfig =
  | { kind: 'embedded'; dataDir: string }
  | {
      kind: 'external';
      redisUrl: string;
      databaseUrl: string;
      /** Certificates in PEM; null: those that Node.js trusts. */
      redisCa: string | null;
      databaseCa: string | null;
      redisPrefix: string;
      poolSize: number;
      startupTimeoutMs: number;
    };

type StackValues = Values<typeof stackVariables>;

/** The external stack if both of its addresses are given; one without the other is a problem. */
export function readStack(values: StackValues, problems: Problems): StackConfig {
  const { redisUrl, databaseUrl, redisCa, databaseCa } = values;
  refuseUnusedCertificates(values, problems);
  if (redisUrl !== null && databaseUrl !== null) {
    const { redisPrefix, poolSize, startupTimeoutMs } = values;
    const settings = { redisPrefix, poolSize, startupTimeoutMs };
    return { kind: 'external', redisUrl, databaseUrl, redisCa, databaseCa, ...settings };
  }
  if (redisUrl !== null || databaseUrl !== null) {
    const [given, missing] =
      redisUrl === null
        ? (['DATABASE_URL', 'REDIS_URL'] as const)
        : (['REDIS_URL', 'DATABASE_URL'] as const);
    const problem = `${given} is set without ${missing}: set both for the external stack, or neither.`;
    problems.add(problem, missing);
  }
  return { kind: 'embedded', dataDir: values.dataDir };
}

/** The intended stack, even if one of its addresses is invalid. */
export function findStackKind(
  { redisUrl, databaseUrl }: Pick<StackValues, 'redisUrl' | 'databaseUrl'>,
  problems: Problems,
): StackConfig['kind'] {
  const hasRedis = redisUrl !== null || problems.isRefused('REDIS_URL');
  const hasDatabase = databaseUrl !== null || problems.isRefused('DATABASE_URL');
  return hasRedis && hasDatabase ? 'external' : 'embedded';
}

/** A certificate that is never used would only seem to protect. */
function refuseUnusedCertificates(
  { redisUrl, redisCa, databaseUrl, databaseCa }: StackValues,
  problems: Problems,
): void {
  if (redisCa !== null && !redisUrl?.startsWith('rediss:')) {
    const problem = 'REDIS_CA is set, but REDIS_URL does not begin with rediss://.';
    problems.add(problem, 'REDIS_URL');
  }
  if (databaseCa !== null && !isVerified(databaseUrl)) {
    const problem = 'DATABASE_CA is set, but DATABASE_URL does not have ?sslmode=verify-full.';
    problems.add(problem, 'DATABASE_URL');
  }
}

/** Modes in which pg verifies the certificate and its name. */
const verifyingModes = new Set(['verify-full', 'verify-ca', 'require', 'prefer']);

/** Whether the certificate of PostgreSQL is verified. */
export function isVerified(databaseUrl: string | null): boolean {
  if (databaseUrl === null) return false;
  const { searchParams } = new URL(databaseUrl);
  const isLoose = searchParams.get('uselibpqcompat') === 'true';
  const mode = searchParams.get('sslmode') ?? '';
  return isLoose ? mode === 'verify-full' : verifyingModes.has(mode);
}
