import { StartupError } from '../../errors.ts';
import type { Address } from '../clients.ts';
import { createPostgresPool } from './pool.ts';
import { adviseOnSettings, examinedSettings, listSlow, listUnmet } from './settings.ts';
import type { Pinning, UnmetSetting } from './settings.ts';

const answerTimeoutMs = 4_000;

/** What sessions of a PostgreSQL look like with our settings pinned. */
export interface PostgresServer {
  pinning: Pinning;
  database: string;
  user: string;
  encoding: string;
  isReadOnly: boolean;
  /** Required settings that did not take effect. */
  unmet: UnmetSetting[];
  /** Settings that did not take effect, which makes some statements slow. */
  slow: UnmetSetting[];
}

/** Finds out how settings can be pinned: a pooler in between may refuse or ignore most of them. */
export async function examinePostgres(address: Address): Promise<PostgresServer> {
  try {
    const server = await examineServer(address, 'startup');
    if (server.unmet.length === 0) return server;
  } catch (error) {
    if (!isRefusedParameter(error)) throw error;
  }
  return examineServer(address, 'tracked');
}

/** Examines a server; throws StartupError if it is unusable, another error if that may pass. */
export async function expectUsable(address: Address): Promise<PostgresServer> {
  const server = await examinePostgres(address).catch((error: unknown) => {
    throw isRefusedParameter(error) ? new StartupError(refusedOptions, { cause: error }) : error;
  });
  const { encoding, unmet, user } = server;
  if (encoding !== 'UTF8') throw new StartupError(`${describeEncoding(server)}. ${utf8Advice}`);
  if (unmet.length > 0) {
    throw new StartupError(`${describeUnmet(unmet)}. ${adviseOnSettings(unmet, user)}`);
  }
  if (server.isReadOnly) throw new Error('it is read-only: a standby, or during a failover');
  return server;
}

export function describeEncoding({ database, encoding }: PostgresServer): string {
  return `The database ${database} has the encoding ${encoding}, which cannot hold every text`;
}

export const utf8Advice =
  'Create one with `createdb --encoding=UTF8 --template=template0`, and set DATABASE_URL to it.';

export function describeUnmet(unmet: readonly UnmetSetting[]): string {
  return `Sessions of PostgreSQL lack required settings: ${describeSettings(unmet)}`;
}

export function describeSettings(settings: readonly UnmetSetting[]): string {
  return settings.map(({ name, value }) => `${name} is '${value}'`).join(', ');
}

/** The error of PgBouncer for an unknown startup parameter. */
export function isRefusedParameter(error: unknown): boolean {
  return error instanceof Error && error.message.includes('unsupported startup parameter');
}

export const refusedOptions =
  'The pooler in between rejects a parameter of DATABASE_URL: remove `options` and the like, and set them by `alter role … set …`.';

interface Row {
  database: string;
  user: string;
  encoding: string;
  is_read_only: boolean;
  settings: Record<string, string>;
}

async function examineServer(address: Address, pinning: Pinning): Promise<PostgresServer> {
  // The next query reports a connection that broke while idle.
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
