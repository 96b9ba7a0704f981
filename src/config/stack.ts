export type StackConfig =
  | { kind: 'embedded'; dataDir: string }
  | {
      kind: 'services';
      redisUrl: string;
      databaseUrl: string;
      /** Certificates in PEM; null: those that Node.js trusts. */
      redisCa: string | null;
      databaseCa: string | null;
      redisPrefix: string;
      poolSize: number;
      startupTimeoutMs: number;
    };

type ServicesConfig = Extract<StackConfig, { kind: 'services' }>;

interface StackValues extends Omit<ServicesConfig, 'kind' | 'redisUrl' | 'databaseUrl'> {
  redisUrl: string | null;
  databaseUrl: string | null;
  dataDir: string;
}

/** The services stack if both of its addresses are given; one without the other is a problem. */
export function readStack(
  { redisUrl, databaseUrl, dataDir, ...settings }: StackValues,
  problems: string[],
): StackConfig {
  if (redisUrl !== null && databaseUrl !== null) {
    const { redisCa, databaseCa, redisPrefix, poolSize, startupTimeoutMs } = settings;
    return {
      kind: 'services',
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
      redisUrl === null ? ['DATABASE_URL', 'REDIS_URL'] : ['REDIS_URL', 'DATABASE_URL'];
    problems.push(`${given} is set without ${missing}: set both for the services stack, or none.`);
  }
  return { kind: 'embedded', dataDir };
}
