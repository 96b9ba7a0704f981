import { StartupError } from '../../errors.ts';
import type { Address } from '../address.ts';
import { createPostgresPool } from './pool.ts';
import { adviseOnSettings, examinedSettings, listSlow, listUnmet } from './settings.ts';
import type { Pinning, UnmetSetting } from './settings.ts';

/** Time for an answer of a server that is looked at. */
const answerTimeoutMs = 4_000;

/** A PostgreSQL as its sessions show it, pinned as well as they can be. */
export interface PostgresServer {
  pinning: Pinning;
  database: string;
  user: string;
  encoding: string;
  isReadOnly: boolean;
  /** Settings that are not as they must be, though we asked for them. */
  unmet: UnmetSetting[];
  /** Settings that make some statements slow, though we asked for others. */
  slow: UnmetSetting[];
}

/** Finds out how the sessions of a server can be pinned: a pooler in between may refuse, or ignore, most of it. */
export async function examinePostgres(address: Address): Promise<PostgresServer> {
  try {
    const server = await examineServer(address, 'startup');
    if (server.unmet.length === 0) return server;
  } catch (error) {
    if (!isRefusedParameter(error)) throw error;
  }
  return examineServer(address, 'tracked');
}

/** As above; throws StartupError where it is not as it must be, and an error where that may pass. */
export async function expectUsable(address: Address): Promise<PostgresServer> {
  const server = await examinePostgres(address).catch((error: unknown) => {
    throw isRefusedParameter(error) ? new StartupError(refusedOptions, { cause: error }) : error;
  });
  const { encoding, unmet, user } = server;
  if (encoding !== 'UTF8') throw new StartupError(`${sayEncoding(server)}. ${utf8Advice}`);
  if (unmet.length > 0) {
    throw new StartupError(`${sayUnmet(unmet)}. ${adviseOnSettings(unmet, user)}`);
  }
  if (server.isReadOnly) throw new Error('it is read-only: a standby, or in a failover');
  return server;
}

export function sayEncoding({ database, encoding }: PostgresServer): string {
  return `The database ${database} has the encoding ${encoding}, which cannot hold every text`;
}

export const utf8Advice =
  'Create one with `createdb --encoding=UTF8 --template=template0`, and set DATABASE_URL to it.';

export function sayUnmet(unmet: readonly UnmetSetting[]): string {
  return `Sessions of PostgreSQL are not as they must be: ${saySettings(unmet)}`;
}

export function saySettings(settings: readonly UnmetSetting[]): string {
  return settings.map(({ name, value }) => `${name} is '${value}'`).join(', ');
}

/** As PgBouncer says that it does not know a parameter. */
export function isRefusedParameter(error: unknown): boolean {
  return error instanceof Error && error.message.includes('unsupported startup parameter');
}

export const refusedOptions =
  'The pooler in between refuses a parameter of DATABASE_URL: leave `options` and the like out of it, and set them by `alter role … set …`.';

interface Row {
  database: string;
  user: string;
  encoding: string;
  is_read_only: boolean;
  settings: Record<string, string>;
}

async function examineServer(address: Address, pinning: Pinning): Promise<PostgresServer> {
  // What breaks while it is idle, the next query says.
  const options = { address, pinning, size: 1, answerTimeoutMs, onError: () => undefined };
  const pool = createPostgresPool(options);
  try {
    const { rows } = await pool.query(
      `select current_database() as database, current_user as user,
        current_setting('server_encoding') as encoding,
        current_setting('transaction_read_only') = 'on' as is_read_only,
        (select json_object_agg(name, setting) from pg_settings where name = any($1)) as settings`,
      [examinedSettings],
    );
    const { is_read_only: isReadOnly, settings, ...server } = rows[0] as Row;
    return { ...server, pinning, isReadOnly, unmet: listUnmet(settings), slow: listSlow(settings) };
  } finally {
    await pool.end();
  }
}
