import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { maxTicketSeconds } from '../../db/viewer.ts';
import type { Logger } from '../../platform/logger.ts';
import {
  clockToleranceSeconds,
  maxTokenLength,
  toExpiresAt,
  toUnauthenticatedError,
} from './token-rules.ts';
import type { Session } from './session.ts';

/** Type, audience and secret differ from those of user tokens, so that neither is accepted as the other. */
const type = 'fovea-ticket+jwt';
const audience = 'fovea-jobs/ticket';
const algorithm = 'HS256';

const claimsOf = z.object({
  sub: z.string(),
  job: z.string(),
  by: z.string().optional(),
  key: z.string().optional(),
  gen: z.number().default(0),
  exp: z.number(),
});

export interface NewTicket {
  jobId: string;
  /** The owner of the job. If the job changes hands, its tickets become invalid. */
  owner: string;
  /** Who creates it. */
  maker: string;
  /** The API key that creates it. When that is revoked, the ticket becomes invalid. */
  keyId?: string | undefined;
  /** How often the job's tickets have been revoked. */
  generation: number;
  expiresAt: Date;
}

export interface TicketSigner {
  sign: (ticket: NewTicket) => Promise<string>;
  /** Throws UnauthenticatedError. */
  verify: (token: string) => Promise<Session>;
}

export interface TicketSignerOptions {
  secret: Uint8Array;
  logger: Logger;
  /** In ms since 1970. */
  now: () => number;
}

/** Creates and verifies tickets: read access to one job. */
export function createTicketSigner({ secret, logger, now }: TicketSignerOptions): TicketSigner {
  async function read(token: string): Promise<Session> {
    const { payload } = await jwtVerify(token, secret, {
      typ: type,
      audience,
      algorithms: [algorithm],
      requiredClaims: ['exp', 'iat', 'sub', 'job'],
      maxTokenAge: maxTicketSeconds,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(now()),
    });
    const { sub: owner, job: jobId, by: maker, key: keyId, gen, exp } = claimsOf.parse(payload);
    const viewer = { role: 'ticket', owner, jobId, maker } as const;
    return { viewer, expiresAt: toExpiresAt(exp), keyId, ticketGeneration: gen };
  }

  return {
    sign: ({ jobId, owner, maker, keyId, generation, expiresAt }) =>
      // Undefined values are left out.
      new SignJWT({
        job: jobId,
        by: maker === owner ? undefined : maker,
        key: keyId,
        gen: generation || undefined,
      })
        .setProtectedHeader({ alg: algorithm, typ: type })
        .setSubject(owner)
        .setAudience(audience)
        .setIssuedAt(new Date(now()))
        .setExpirationTime(expiresAt)
        .sign(secret),
    verify: async (token) => {
      try {
        return await read(token);
      } catch (error) {
        throw toUnauthenticatedError(error, logger);
      }
    },
  };
}

/** Whether a token claims to be a ticket; its signature is not checked. */
export function isTicket(token: string): boolean {
  if (token.length > maxTokenLength) return false;
  try {
    return decodeProtectedHeader(token).typ === type;
  } catch {
    // Not a JSON Web Token.
    return false;
  }
}
