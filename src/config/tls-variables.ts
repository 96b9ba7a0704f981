import { z } from 'zod';
import type { Problems } from './problems.ts';
import { variable } from './variable.ts';

const certificates = z
  .string()
  .regex(
    /-----BEGIN (TRUSTED )?CERTIFICATE-----/,
    'it is not a certificate in PEM ("-----BEGIN CERTIFICATE-----")',
  );

/** Of how others are known to be who they are, and of who we are to the model service. */
export function describeTlsVariables() {
  return {
    redisCa: variable<string | null>({
      name: 'REDIS_CA',
      schema: certificates,
      fallback: null,
      defaultText: 'those of Node.js',
      help: 'Certificates in PEM that vouch for Redis at `rediss://`; mostly as a file: `REDIS_CA_FILE`.',
      inFile: true,
    }),
    databaseCa: variable<string | null>({
      name: 'DATABASE_CA',
      schema: certificates,
      fallback: null,
      defaultText: 'those of Node.js',
      help: 'Certificates in PEM that vouch for PostgreSQL with `?sslmode=verify-full`; mostly as a file: `DATABASE_CA_FILE`.',
      inFile: true,
    }),
    modelServiceCa: variable<string | null>({
      name: 'MODEL_SERVICE_CA',
      schema: certificates,
      fallback: null,
      defaultText: 'those of Node.js',
      help: 'Certificates in PEM that vouch for the model service at `https://`; mostly as a file: `MODEL_SERVICE_CA_FILE`.',
      inFile: true,
    }),
    modelServiceToken: variable<string | null>({
      name: 'MODEL_SERVICE_TOKEN',
      schema: z
        .string()
        .min(8)
        .regex(
          /^[\w.~+/-]+=*$/,
          'it must be a bearer token: letters, digits and - . _ ~ + / = alone',
        ),
      fallback: null,
      help: 'What the model service is sent as `Authorization: Bearer`; the baseline model, served alone, asks for it.',
      isSecret: true,
    }),
  };
}

/** How the model service is asked, beside its address. */
export interface ModelServiceAccess {
  token: string | null;
  /** Certificates in PEM; null: those that Node.js trusts. */
  ca: string | null;
}

interface TlsValues {
  redisCa: string | null;
  databaseCa: string | null;
  modelServiceCa: string | null;
  modelServiceToken: string | null;
  redisUrl: string | null;
  databaseUrl: string | null;
  modelServiceUrl: string | null;
}

/** Modes in which pg looks at the certificate and at the name in it. */
const verifyingModes = new Set(['verify-full', 'verify-ca', 'require', 'prefer']);

/** How the model service is asked; and what of TLS contradicts itself. */
export function readTls(values: TlsValues, problems: Problems): ModelServiceAccess {
  const { redisUrl, databaseUrl, modelServiceUrl } = values;
  if (values.redisCa !== null && !redisUrl?.startsWith('rediss:')) {
    const problem = 'REDIS_CA is set, and REDIS_URL does not begin with rediss://.';
    problems.add(problem, 'REDIS_URL');
  }
  if (values.databaseCa !== null && !isVerified(databaseUrl)) {
    const problem = 'DATABASE_CA is set, and DATABASE_URL does not have ?sslmode=verify-full.';
    problems.add(problem, 'DATABASE_URL');
  }
  if (values.modelServiceCa !== null && !modelServiceUrl?.startsWith('https:')) {
    const problem = 'MODEL_SERVICE_CA is set, and MODEL_SERVICE_URL does not begin with https://.';
    problems.add(problem, 'MODEL_SERVICE_URL');
  }
  if (values.modelServiceToken !== null && modelServiceUrl === null) {
    problems.add('MODEL_SERVICE_TOKEN is set without MODEL_SERVICE_URL.', 'MODEL_SERVICE_URL');
  }
  if (modelServiceUrl !== null && new URL(modelServiceUrl).username !== '') {
    problems.add('MODEL_SERVICE_URL has a user, which is not sent: set MODEL_SERVICE_TOKEN.');
  }
  return { token: values.modelServiceToken, ca: values.modelServiceCa };
}

/** Whether PostgreSQL has to show a certificate that holds. */
export function isVerified(databaseUrl: string | null): boolean {
  if (databaseUrl === null) return false;
  const { searchParams } = new URL(databaseUrl);
  const isLoose = searchParams.get('uselibpqcompat') === 'true';
  const mode = searchParams.get('sslmode') ?? '';
  return isLoose ? mode === 'verify-full' : verifyingModes.has(mode);
}
