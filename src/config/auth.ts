import { z } from 'zod';
import { jwtVariables, readJwt } from './jwt.ts';
import type { JwtConfig } from './jwt.ts';
import type { Problems } from './environment/problems.ts';
import type { StackConfig } from './stack.ts';
import { flag, variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

/** Who gets in. */
export const authVariables = {
  authMode: variable<AuthConfig['mode'] | null>({
    name: 'AUTH_MODE',
    schema: z.enum(['none', 'jwt', 'keys']),
    fallback: null,
    defaultText: 'embedded: `none`, external: required',
    help: '`jwt`: JSON Web Tokens and API keys; `keys`: API keys alone; `none`: whoever reaches it is its operator.',
  }),
  ...jwtVariables,
  nodeEnv: variable<string | null>({
    name: 'NODE_ENV',
    schema: z.string(),
    fallback: null,
    help: '`production` refuses what is for a laptop alone.',
  }),
  allowInsecure: variable({
    name: 'ALLOW_INSECURE',
    schema: flag,
    fallback: false,
    help: 'Allows `AUTH_MODE=none` in production, and an `AUTH_JWKS_URL` without TLS.',
  }),
};

export type AuthConfig =
  /** Whoever reaches the server is its one operator. */
  { mode: 'none' } | { mode: 'keys' } | { mode: 'jwt'; jwt: JwtConfig };

type AuthValues = Values<typeof authVariables>;

/** Adds what is wrong to the problems; with problems, what it returns is not to be used. */
export function readAuth(
  values: AuthValues,
  stack: StackConfig['kind'],
  problems: Problems,
): AuthConfig {
  const mode = values.authMode ?? defaultMode(stack, problems);
  if (mode === 'jwt') {
    const jwt = readJwt(values, problems);
    return jwt === undefined ? { mode: 'none' } : { mode, jwt };
  }
  refuseUnused(values, problems);
  if (mode === 'none' && values.nodeEnv === 'production' && !values.allowInsecure) {
    problems.add(
      'AUTH_MODE is none, with NODE_ENV=production: everybody would get in. Set AUTH_MODE to jwt or keys; or, if that is meant, ALLOW_INSECURE=1 as well.',
      'AUTH_MODE',
      'ALLOW_INSECURE',
    );
  }
  return { mode };
}

function defaultMode(stack: StackConfig['kind'], problems: Problems): 'none' {
  if (stack === 'external' && !problems.isRefused('AUTH_MODE')) {
    problems.refuse(
      'AUTH_MODE',
      'AUTH_MODE is required beside REDIS_URL and DATABASE_URL: jwt, keys, or none, which lets everybody in.',
    );
  }
  return 'none';
}

/** What is about tokens, where none are accepted. */
function refuseUnused(values: AuthValues, problems: Problems): void {
  const keys = Object.keys(jwtVariables) as (keyof typeof jwtVariables)[];
  const unused = keys.filter((key) => values[key] !== null);
  if (unused.length === 0) return;
  const names = unused.map((key) => jwtVariables[key].name).join(', ');
  const verb = unused.length > 1 ? 'are' : 'is';
  problems.add(`${names} ${verb} set without AUTH_MODE=jwt.`, 'AUTH_MODE');
}
