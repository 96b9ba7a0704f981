import type { JWTPayload } from 'jose';
import {
  createApiKeyToken,
  hashApiKey,
  insertApiKey,
} from '../../../src/access/identity/api-keys.ts';
import type { Database } from '../../../src/db/tables.ts';
import type { GraphQLClient } from '../clients/graphql-client.ts';
import { audience, bySecret, issuer, secret, signToken } from './tokens.ts';

/** The environment of an app with accounts, without the limits that many requests would exceed. */
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

/** Signs a token of this owner for an app with `accounts`; `claims` are added, or replace others. */
export async function signIn(owner: string, claims: JWTPayload = {}): Promise<string> {
  return signToken(bySecret, { sub: owner, ...claims });
}

export const operatorClaims = { roles: ['operator'] };

/** The time so many seconds from now, in seconds since 1970, as in tokens. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

/** Creates an API key, as the command `keys create` does. */
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
