import { readFileSync } from 'node:fs';
import type { PoolConfig } from 'pg';
import { StartupError } from '../../errors.ts';
import type { Address } from '../clients.ts';

/**
 * The connection options of pg, with further `options` for the session. TLS parameters of the URL would replace our
 * certificates, so they are removed; certificate and host name are then verified with ours. Throws StartupError if a client
 * certificate named by the URL cannot be read.
 */
export function toPostgresConnection({ url, ca }: Address, options: string): PoolConfig {
  const rest = new URL(url);
  const { searchParams } = rest;
  // Of repeated settings, the last one applies.
  const merged = [searchParams.get('options'), options].filter(Boolean).join(' ');
  if (merged !== '') searchParams.set('options', merged);
  if (ca === null) return { connectionString: rest.href };
  const [cert, key] = ['sslcert', 'sslkey'].map((name) => readFileIfNamed(searchParams.get(name)));
  for (const name of ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'uselibpqcompat']) {
    searchParams.delete(name);
  }
  // An absent key must not be there: `key: undefined` is one to pg.
  const client = cert === undefined || key === undefined ? {} : { cert, key };
  return { connectionString: rest.href, ssl: { ca, ...client } };
}

function readFileIfNamed(path: string | null): string | undefined {
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
