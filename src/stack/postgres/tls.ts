import { readFileSync } from 'node:fs';
import type { PoolConfig } from 'pg';
import { StartupError } from '../../errors.ts';

export interface PostgresAddress {
  url: string;
  /** Certificates in PEM that vouch for it, where the URL asks for proof; null: those that it names, or of Node.js. */
  ca: string | null;
}

/**
 * As pg takes it, with more `options` of the session than the URL has. What a URL says of TLS would replace our
 * certificates, so it is taken out of it: with them, certificate and host name are verified. Throws StartupError when a
 * client's certificate that the URL names cannot be read.
 */
export function toPostgresConnection({ url, ca }: PostgresAddress, options: string): PoolConfig {
  const rest = new URL(url);
  const { searchParams } = rest;
  // Of what is said twice, the last counts.
  const asked = [searchParams.get('options'), options].filter(Boolean).join(' ');
  if (asked !== '') searchParams.set('options', asked);
  if (ca === null) return { connectionString: rest.href };
  const [cert, key] = ['sslcert', 'sslkey'].map((name) => readNamed(searchParams.get(name)));
  for (const name of ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'uselibpqcompat']) {
    searchParams.delete(name);
  }
  // An absent key must not be there: `key: undefined` is one to pg.
  const client = cert === undefined || key === undefined ? {} : { cert, key };
  return { connectionString: rest.href, ssl: { ca, ...client } };
}

function readNamed(path: string | null): string | undefined {
  if (path === null) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new StartupError(
      `DATABASE_URL names ${path}, which cannot be read (${code}). Correct the path or its permissions.`,
    );
  }
}
