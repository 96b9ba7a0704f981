import { z } from 'zod';
import { jwtVariables, readJwt } from './jwt.ts';
import type { JwtConfig } from './jwt.ts';
import type { Problems } from './environment/problems.ts';
import type { StackConfig } from './stack.ts';
import { flag, variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

/** How callers are authenticated. */
export const authVariables = {
  authMode: variable<AuthConfig['mode'] | null>({
    name: 'AUTH_MODE',
    schema: z.enum(['none', 'jwt', 'keys']),
    fallback: null,
    defaultText: 'embedded: `none`, external: required',
    help: '`jwt`: JSON Web Tokens and API keys; `keys`: API keys only; `none`: every caller is the operator.',
  }),
  ...jwtVariables,
  nodeEnv: variable<string | null>({
    name: 'NODE_ENV',
    schema: z.string(),
    fallback: null,
    help: '`production` refuses settings that are safe on a laptop only.',
  }),
  allowInsecure: variable({
    name: 'ALLOW_INSECURE',
    schema: flag,
    fallback: false,
    help: 'Allows `AUTH_MODE=none` in production, and an `AUTH_JWKS_URL` without TLS.',
  }),
};

export type AuthConfig =
  /** Every caller is the one operator. */
  { mode: 'none' } | { mode: 'keys' } | { mode: 'jwt'; jwt: JwtConfig };

type AuthValues = Values<typeof authVariables>;

/** Reports what is wrong to the problems; with problems, the result must not be used. */
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
      'AUTH_MODE is none while NODE_ENV is production: everybody would have access. Set AUTH_MODE to jwt or keys, or also set ALLOW_INSECURE=1.',
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
      'AUTH_MODE is required with REDIS_URL and DATABASE_URL: jwt, keys, or none, which gives everybody access.',
    );
  }
  return 'none';
}

/** Settings for tokens do nothing where no tokens are accepted. */
function refuseUnused(values: AuthValues, problems: Problems): void {
  const keys = Object.keys(jwtVariables) as (keyof typeof jwtVariables)[];
  const unused = keys.filter((key) => values[key] !== null);
  if (unused.length === 0) return;
  const names = unused.map((key) => jwtVariables[key].name).join(', ');
  const verb = unused.length > 1 ? 'are' : 'is';
  problems.add(`${names} ${verb} set without AUTH_MODE=jwt.`, 'AUTH_MODE');
}
