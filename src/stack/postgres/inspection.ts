import type { PostgresPool } from 'kysely';
import type { Address } from '../address.ts';
import { examinePostgres } from './examine.ts';
import type { PostgresServer } from './examine.ts';
import { createPostgresPool } from './pool.ts';

/** Time for an answer; whoever looks gives up a little later. */
const answerTimeoutMs = 4_000;

/** One connection to PostgreSQL, so that there is room for it where there is room for one. */
export interface PostgresInspection {
  /** How its sessions can be opened, found out once. */
  readServer: () => Promise<PostgresServer>;
  /** For Kysely; whoever takes it ends it. */
  openPool: () => Promise<PostgresPool>;
}

export function createPostgresInspection(address: Address): PostgresInspection {
  let server: Promise<PostgresServer> | undefined;
  const readServer = () => (server ??= examinePostgres(address));
  return {
    readServer,
    openPool: async () => {
      const { pinning } = await readServer();
      return createPostgresPool({
        address,
        pinning,
        size: 1,
        answerTimeoutMs,
        applicationName: 'fovea-jobs doctor',
        // What breaks while it is idle, the next query says.
        onError: () => undefined,
      });
    },
  };
}
