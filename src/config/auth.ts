import type { describeAuthVariables } from './auth-variables.ts';
import { isLoopback } from './exposures.ts';
import { fittingAlgorithms, narrow } from './jwt-algorithms.ts';
import type { Problems } from './problems.ts';
import type { Variable } from './variable.ts';

export type AuthConfig =
  /** Whoever reaches the server is its one operator. */
  { mode: 'none' } | { mode: 'keys' } | { mode: 'jwt'; jwt: JwtConfig };

export interface JwtConfig {
  source: JwtSource;
  issuer: string;
  audience: string;
  /** Those that the source's keys fit; a token with another is refused. */
  algorithms: readonly string[];
  /** A claim's name, or the way to it with dots. */
  rolesClaim: string;
}

export type JwtSource =
  | { kind: 'jwks'; url: string }
  | { kind: 'public key'; pem: string }
  | { kind: 'secret'; secret: string };

type Variables = ReturnType<typeof describeAuthVariables>;

export type AuthValues = {
  [Key in keyof Variables]: Variables[Key] extends Variable<infer Value> ? Value : never;
};

const minSecretBytes = 32;

/** Who gets in. Adds what is wrong to the problems; with problems, what it returns is not to be used. */
export function readAuth(
  values: AuthValues,
  stack: 'embedded' | 'external',
  problems: Problems,
): AuthConfig {
  const mode = values.authMode ?? defaultMode(stack, problems);
  if (mode === 'jwt') return readJwt(values, problems);
  const unused = Object.entries(tokenVariables).filter(
    ([key]) => values[key as keyof typeof tokenVariables] !== null,
  );
  if (unused.length > 0) {
    const names = unused.map(([, name]) => name).join(', ');
    const verb = unused.length > 1 ? 'are' : 'is';
    problems.add(`${names} ${verb} set without AUTH_MODE=jwt.`, 'AUTH_MODE');
  }
  if (mode === 'none' && values.nodeEnv === 'production' && !values.allowInsecure) {
    problems.add(
      'AUTH_MODE is none, with NODE_ENV=production: everybody would get in. Set AUTH_MODE to jwt or keys; or, if that is meant, ALLOW_INSECURE=1 as well.',
      'AUTH_MODE',
      'ALLOW_INSECURE',
    );
  }
  return { mode };
}

const tokenVariables = {
  jwksUrl: 'AUTH_JWKS_URL',
  jwtPublicKey: 'AUTH_JWT_PUBLIC_KEY',
  jwtSecret: 'AUTH_JWT_SECRET',
  jwtIssuer: 'AUTH_JWT_ISSUER',
  jwtAudience: 'AUTH_JWT_AUDIENCE',
  jwtAlgorithms: 'AUTH_JWT_ALGORITHMS',
  rolesClaim: 'AUTH_ROLES_CLAIM',
} as const;

function defaultMode(stack: 'embedded' | 'external', problems: Problems): 'none' {
  if (stack === 'external' && !problems.isRefused('AUTH_MODE')) {
    problems.refuse(
      'AUTH_MODE',
      'AUTH_MODE is required beside REDIS_URL and DATABASE_URL: jwt, keys, or none, which lets everybody in.',
    );
  }
  return 'none';
}

function readJwt(values: AuthValues, problems: Problems): AuthConfig {
  const source = readSource(values, problems);
  const { jwtIssuer: issuer, jwtAudience: audience } = values;
  if (issuer === null) problems.add('AUTH_JWT_ISSUER is required with AUTH_MODE=jwt.');
  if (audience === null) problems.add('AUTH_JWT_AUDIENCE is required with AUTH_MODE=jwt.');
  if (source === null || issuer === null || audience === null) return { mode: 'none' };
  const fitting = fittingAlgorithms(source, problems);
  const algorithms = narrow(fitting, values.jwtAlgorithms, problems);
  const rolesClaim = values.rolesClaim ?? 'roles';
  return { mode: 'jwt', jwt: { source, issuer, audience, algorithms, rolesClaim } };
}

function readSource(values: AuthValues, problems: Problems): JwtSource | null {
  const { jwksUrl: url, jwtPublicKey: pem, jwtSecret: secret } = values;
  const given = [
    ...(url === null ? [] : [{ kind: 'jwks', url } as const]),
    ...(pem === null ? [] : [{ kind: 'public key', pem } as const]),
    ...(secret === null ? [] : [{ kind: 'secret', secret } as const]),
  ];
  const [source] = given;
  if (source === undefined || given.length > 1) {
    problems.add(
      `AUTH_MODE=jwt needs one of AUTH_JWKS_URL, AUTH_JWT_PUBLIC_KEY and AUTH_JWT_SECRET; ${given.length} are set.`,
      'AUTH_JWKS_URL',
      'AUTH_JWT_PUBLIC_KEY',
      'AUTH_JWT_SECRET',
    );
    return null;
  }
  if (secret !== null && Buffer.byteLength(secret) < minSecretBytes) {
    problems.add(
      `AUTH_JWT_SECRET is shorter than ${minSecretBytes} bytes, as "openssl rand -hex 32" gives them.`,
    );
  }
  if (url !== null && !isProtected(url) && !values.allowInsecure) {
    problems.add(
      'AUTH_JWKS_URL is not https: who is in between could put keys of their own there. Set ALLOW_INSECURE=1 if nobody can be.',
      'ALLOW_INSECURE',
    );
  }
  return source;
}

function isProtected(url: string): boolean {
  return new URL(url).protocol === 'https:' || isLoopback(url);
}
