import type { JWTPayload } from 'jose';
import {
  createApiKeyToken,
  hashApiKey,
  insertApiKey,
} from '../../../src/access/identity/api-keys.ts';
import type { Database } from '../../../src/db/tables.ts';
import type { GraphQLClient } from '../clients/graphql-client.ts';
import { audience, issuer, signToken } from './tokens.ts';

const secret = 'a secret that has thirty-two bytes or more';
const bytes = new TextEncoder().encode(secret);
const signer = { kid: 'secret', alg: 'HS256', privateKey: bytes, publicKey: bytes };

/** For an app with accounts, and without the limits that many requests would meet. */
export const accounts = {
  AUTH_MODE: 'jwt',
  AUTH_JWT_SECRET: secret,
  AUTH_JWT_ISSUER: issuer,
  AUTH_JWT_AUDIENCE: audience,
  JOBS_PER_MINUTE: '0',
  UNFINISHED_JOBS: '0',
  POLLS_PER_MINUTE: '0',
  FAILED_LOGINS_PER_MINUTE: '0',
  SUBSCRIPTIONS_PER_OWNER: '0',
  OPERATIONS_PER_OWNER: '0',
  MAX_QUERY_COST: '1000000',
};

/** A token as the app with `accounts` takes it, of this owner, but for these claims. */
export async function signIn(owner: string, claims: JWTPayload = {}): Promise<string> {
  return signToken(signer, { sub: owner, ...claims });
}

export const operatorClaims = { roles: ['operator'] };

/** In seconds, as tokens have it. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

/** A key as the keys command makes it. */
export async function createKey(
  db: Database,
  owner: string,
  role: 'user' | 'operator' = 'user',
): Promise<{ id: string; token: string }> {
  const token = createApiKeyToken();
  const secretHash = hashApiKey(token);
  const { id } = await insertApiKey(db, { owner, role, name: null, secretHash, expiresAt: null });
  return { id, token };
}

export async function createTicket(
  graphql: GraphQLClient,
  jobId: string,
  expiresInSeconds = 600,
): Promise<string> {
  const { createJobTicket } = await graphql.request(
    `mutation ($jobId: ID!, $expiresInSeconds: Int) {
      createJobTicket(jobId: $jobId, expiresInSeconds: $expiresInSeconds) {
        ... on CreateJobTicketPayload { ticket }
        ... on Error { message }
      }
    }`,
    { jobId, expiresInSeconds },
  );
  return createJobTicket.ticket;
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}
