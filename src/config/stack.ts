import type { Problems } from './problems.ts';

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

type ExternalConfig = Extract<StackConfig, { kind: 'external' }>;

interface StackValues extends Omit<ExternalConfig, 'kind' | 'redisUrl' | 'databaseUrl'> {
  redisUrl: string | null;
  databaseUrl: string | null;
  dataDir: string;
}

/** The external stack if both of its addresses are given; one without the other is a problem. */
export function readStack(
  { redisUrl, databaseUrl, dataDir, ...settings }: StackValues,
  problems: Problems,
): StackConfig {
  if (redisUrl !== null && databaseUrl !== null) {
    const { redisCa, databaseCa, redisPrefix, poolSize, startupTimeoutMs } = settings;
    return {
      kind: 'external',
      redisUrl,
      databaseUrl,
      redisCa,
      databaseCa,
      redisPrefix,
      poolSize,
      startupTimeoutMs,
    };
  }
  if (redisUrl !== null || databaseUrl !== null) {
    const [given, missing] =
      redisUrl === null
        ? (['DATABASE_URL', 'REDIS_URL'] as const)
        : (['REDIS_URL', 'DATABASE_URL'] as const);
    const problem = `${given} is set without ${missing}: set both for the external stack, or none.`;
    problems.add(problem, missing);
  }
  return { kind: 'embedded', dataDir };
}

/** The stack that is meant, though an address of it may be wrong. */
export function findStackKind(
  { redisUrl, databaseUrl }: Pick<StackValues, 'redisUrl' | 'databaseUrl'>,
  problems: Problems,
): StackConfig['kind'] {
  const hasRedis = redisUrl !== null || problems.isRefused('REDIS_URL');
  const hasDatabase = databaseUrl !== null || problems.isRefused('DATABASE_URL');
  return hasRedis && hasDatabase ? 'external' : 'embedded';
}
