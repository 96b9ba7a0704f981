import { z } from 'zod';
import { address } from './address.ts';
import { flag, variable } from './variable.ts';
import type { Variable } from './variable.ts';

/** A text of several lines in one: `\n` stands for a line break. */
const pem = z.string().transform((text) => text.replaceAll(String.raw`\n`, '\n'));
const list = z.string().transform((text) => text.split(',').map((item) => item.trim()));

/** The variables that say who gets in. */
export function describeAuthVariables() {
  return {
    authMode: variable<'none' | 'jwt' | 'keys' | null>({
      name: 'AUTH_MODE',
      schema: z.enum(['none', 'jwt', 'keys']),
      fallback: null,
      defaultText: 'embedded: `none`, external: required',
      help: '`jwt`: JSON Web Tokens and API keys; `keys`: API keys alone; `none`: whoever reaches it is its operator.',
    }),
    ...describeTokenVariables(),
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
}

function describeTokenVariables() {
  return {
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
    jwtAlgorithms: variable<string[] | null>({
      name: 'AUTH_JWT_ALGORITHMS',
      schema: list,
      fallback: null,
      defaultText: 'all that fit the key',
      help: 'Algorithms that tokens may be signed with, as `RS256,ES256`; never more than fit the key.',
    }),
    rolesClaim: optional('AUTH_ROLES_CLAIM', z.string(), {
      defaultText: '`roles`',
      help: 'Claim with the roles, as `realm_access.roles`; who has `operator` there sees and runs everything.',
    }),
  };
}

function optional(
  name: string,
  schema: z.ZodType<string>,
  rest: Pick<Variable<string | null>, 'help' | 'defaultText' | 'isSecret' | 'inFile' | 'isAddress'>,
): Variable<string | null> {
  return variable<string | null>({ name, schema, fallback: null, ...rest });
}
