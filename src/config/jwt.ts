import { z } from 'zod';
import { address, isLoopback } from './environment/address.ts';
import { fittingAlgorithms, narrow } from './jwt-algorithms.ts';
import type { JwtSource } from './jwt-algorithms.ts';
import type { Problems } from './environment/problems.ts';
import { list, variable } from './environment/variable.ts';
import type { Values, Variable } from './environment/variable.ts';

/** A text of several lines in one: `\n` stands for a line break. */
const pem = z.string().transform((text) => text.replaceAll(String.raw`\n`, '\n'));

/** Which JSON Web Tokens are accepted; all null: it is not about tokens. */
export const jwtVariables = {
  jwksUrl: optional('AUTH_JWKS_URL', address('http'), {
    isAddress: true,
    help: 'Where the keys are that sign the tokens, as a JSON Web Key Set; by https.',
  }),
  jwtPublicKey: optional('AUTH_JWT_PUBLIC_KEY', pem, {
    help: 'In its place: the one public key, as PEM; `\\n` may stand for its line breaks.',
    inFile: true,
  }),
  jwtSecret: optional('AUTH_JWT_SECRET', z.string(), {
    help: 'In their place: the secret that signs the tokens by HS256, of 32 bytes or more.',
    isSecret: true,
  }),
  jwtIssuer: optional('AUTH_JWT_ISSUER', z.string(), {
    help: 'What `iss` of a token must be.',
  }),
  jwtAudience: optional('AUTH_JWT_AUDIENCE', z.string(), {
    help: 'What `aud` of a token must be, or have.',
  }),
  jwtAlgorithms: optional('AUTH_JWT_ALGORITHMS', list(z.string()), {
    defaultText: 'all that fit the key',
    help: 'Algorithms that tokens may be signed with, as `RS256,ES256`; never more than fit the key.',
  }),
  rolesClaim: optional('AUTH_ROLES_CLAIM', z.string(), {
    defaultText: '`roles`',
    help: 'Claim with the roles, as `realm_access.roles`; who has `operator` there sees and runs everything.',
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
  /** Those that the source's keys fit; a token with another is refused. */
  algorithms: readonly string[];
  /** A claim's name, or the way to it with dots. */
  rolesClaim: string;
}

type JwtValues = Values<typeof jwtVariables> & { allowInsecure: boolean };

const minSecretBytes = 32;

/** Undefined where something is missing, which the problems then say. */
export function readJwt(values: JwtValues, problems: Problems): JwtConfig | undefined {
  const source = readSource(values, problems);
  const { jwtIssuer: issuer, jwtAudience: audience } = values;
  if (issuer === null) problems.add('AUTH_JWT_ISSUER is required with AUTH_MODE=jwt.');
  if (audience === null) problems.add('AUTH_JWT_AUDIENCE is required with AUTH_MODE=jwt.');
  if (source === undefined || issuer === null || audience === null) return undefined;
  const fitting = fittingAlgorithms(source, problems);
  const algorithms = narrow(fitting, values.jwtAlgorithms, problems);
  return { source, issuer, audience, algorithms, rolesClaim: values.rolesClaim ?? 'roles' };
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
