import { z } from 'zod';
import { address, isLoopback } from './environment/address.ts';
import { listAlgorithms, restrictAlgorithms } from './jwt-algorithms.ts';
import type { JwtSource } from './jwt-algorithms.ts';
import { ownerWeightRule } from './owner-weight.ts';
import type { Problems } from './environment/problems.ts';
import { list, variable } from './environment/variable.ts';
import type { Values, Variable } from './environment/variable.ts';

/** PEM in one line: `\n` stands for a line break. */
const pem = z.string().transform((text) => text.replaceAll(String.raw`\n`, '\n'));

/** Which JSON Web Tokens are accepted; all null: none are. */
export const jwtVariables = {
  jwksUrl: optional('AUTH_JWKS_URL', address('http'), {
    isAddress: true,
    help: 'URL of the JSON Web Key Set that signs the tokens; by https.',
  }),
  jwtPublicKey: optional('AUTH_JWT_PUBLIC_KEY', pem, {
    help: 'Instead of it: the one public key, in PEM; `\\n` may stand for its line breaks.',
    inFile: true,
  }),
  jwtSecret: optional('AUTH_JWT_SECRET', z.string(), {
    help: 'Instead of both: the secret that signs the tokens by HS256, of 32 bytes or more.',
    isSecret: true,
  }),
  jwtIssuer: optional('AUTH_JWT_ISSUER', z.string(), {
    help: 'Required `iss` of a token.',
  }),
  jwtAudience: optional('AUTH_JWT_AUDIENCE', z.string(), {
    help: 'Required `aud` of a token, or one of its values.',
  }),
  jwtAlgorithms: optional('AUTH_JWT_ALGORITHMS', list(z.string()), {
    defaultText: 'all that fit the key',
    help: 'Algorithms that tokens may be signed with, such as `RS256,ES256`; only those that fit the key.',
  }),
  rolesClaim: optional('AUTH_ROLES_CLAIM', z.string(), {
    defaultText: '`roles`',
    help: 'Claim that holds the roles, such as `realm_access.roles`; the role `operator` sees and controls everything.',
  }),
  weightClaim: optional('AUTH_WEIGHT_CLAIM', z.string(), {
    defaultText: 'none',
    help: `Claim that says how many shares of a queue the owner has while several wait, such as \`plan.weight\`: ${ownerWeightRule}; without it, 1. \`OWNER_WEIGHTS\` overrides it.`,
  }),
};

function optional<Value>(
  name: string,
  schema: z.ZodType<Value>,
  rest: Omit<Variable<Value>, 'name' | 'schema' | 'fallback'>,
): Variable<Value | null> {
  return variable<Value | null>({ name, schema, fallback: null, ...rest });
}

export interface JwtConfig {
  source: JwtSource;
  issuer: string;
  audience: string;
  /** Those that the keys of the source allow; a token with another one is rejected. */
  algorithms: readonly string[];
  /** Name of a claim, or its path with dots. */
  rolesClaim: string;
  /** The same; null: tokens do not say how many shares of a queue an owner has. */
  weightClaim: string | null;
}

type JwtValues = Values<typeof jwtVariables> & { allowInsecure: boolean };

const minSecretBytes = 32;

/** Undefined if something is missing, which is then a problem. */
export function readJwt(values: JwtValues, problems: Problems): JwtConfig | undefined {
  const source = readSource(values, problems);
  const { jwtIssuer: issuer, jwtAudience: audience } = values;
  if (issuer === null) problems.add('AUTH_JWT_ISSUER is required with AUTH_MODE=jwt.');
  if (audience === null) problems.add('AUTH_JWT_AUDIENCE is required with AUTH_MODE=jwt.');
  if (source === undefined || issuer === null || audience === null) return undefined;
  const allowed = listAlgorithms(source, problems);
  const algorithms = restrictAlgorithms(allowed, values.jwtAlgorithms, problems);
  const { rolesClaim, weightClaim } = values;
  return { source, issuer, audience, algorithms, rolesClaim: rolesClaim ?? 'roles', weightClaim };
}

function readSource(values: JwtValues, problems: Problems): JwtSource | undefined {
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
    return undefined;
  }
  if (secret !== null && Buffer.byteLength(secret) < minSecretBytes) {
    problems.add(
      `AUTH_JWT_SECRET is shorter than ${minSecretBytes} bytes, such as "openssl rand -hex 32" prints them.`,
    );
  }
  if (url !== null && !isSecure(url) && !values.allowInsecure) {
    problems.add(
      'AUTH_JWKS_URL is not https: somebody in the network could replace its keys. Use https, or set ALLOW_INSECURE=1 in a trusted network.',
      'ALLOW_INSECURE',
    );
  }
  return source;
}

function isSecure(url: string): boolean {
  return new URL(url).protocol === 'https:' || isLoopback(url);
}
