import { parseArgs } from 'node:util';
import {
  createApiKeyToken,
  hashApiKey,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
} from '../access/identity/api-keys.ts';
import type { ApiKey } from '../access/identity/api-keys.ts';
import { isOwner } from '../access/identity/json-web-token.ts';
import type { Environment } from '../config/environment/environment.ts';
import { listSecretValues, readConfigWithFiles } from '../config/environment/secrets.ts';
import { createDatabase } from '../db/database.ts';
import { assertMigrated, migrateToLatest } from '../db/migrate.ts';
import type { Database } from '../db/tables.ts';
import { StartupError } from '../errors.ts';
import { createErrorLogger } from '../platform/logger.ts';
import { isStorable } from '../platform/text.ts';
import { jobDefinitions } from '../subjects/index.ts';
import { readDatabaseTime } from '../db/clock.ts';

const keysUsage = `usage: npm run keys -- create --owner <owner> --role <user | operator> [--name <name>] [--expires-in-days <days>]
       npm run keys -- list [--owner <owner>]
       npm run keys -- revoke <id>`;

type KeysCommand =
  | {
      action: 'create';
      owner: string;
      role: ApiKey['role'];
      name: string | null;
      days: number | null;
    }
  | { action: 'list'; owner: string | undefined }
  | { action: 'revoke'; id: string };

interface Output {
  stdout: { write: (text: string) => unknown };
  stderr: { write: (text: string) => unknown };
}

/** By then every process has noticed. */
const revokedWithinSeconds = 10;
const maxNameLength = 100;
const maxDays = 36_500;
const dayMs = 24 * 3_600_000;

/** Creates, lists or revokes API keys, as the arguments say. */
export async function keys(args: readonly string[], env: Environment): Promise<void> {
  // Parsed before opening a database, which may take long.
  const command = parseKeysCommand(args);
  const { config, env: whole } = readConfigWithFiles(env, jobDefinitions);
  // Stdout is for the keys.
  const logger = createErrorLogger(config.logLevel, listSecretValues(whole));
  const { openStack } = await import('../app.ts');
  await using stack = await openStack(config, logger);
  await using db = createDatabase(stack.openPoolWithoutTimeouts());
  await (config.migrateOnStart ? migrateToLatest(db) : assertMigrated(db));
  await runKeysCommand(db, command, process);
}

/** Parses the arguments of `keys`; throws StartupError with the problem and the usage. */
export function parseKeysCommand(args: readonly string[]): KeysCommand {
  const { values, positionals } = parse(args);
  const [action, ...rest] = positionals;
  const { owner, ...others } = values;
  switch (action) {
    case 'create':
      check(rest.length === 0, `Unknown argument: ${rest.join(' ')}.`);
      return readCreate(values);
    case 'list':
      check(rest.length + Object.keys(others).length === 0, 'list takes only --owner.');
      return { action, owner };
    case 'revoke':
      check(rest.length === 1 && Object.keys(values).length === 0, 'revoke takes one id.');
      return { action, id: rest[0]! };
    default:
      throw new StartupError(keysUsage);
  }
}

/** Runs a command and prints its result; throws StartupError if there is no such key. */
async function runKeysCommand(db: Database, command: KeysCommand, output: Output): Promise<void> {
  const { stdout } = output;
  switch (command.action) {
    case 'create':
      return createKey(db, command, output);
    case 'list': {
      const keys = await listApiKeys(db, command.owner);
      stdout.write(keys.length === 0 ? 'no keys\n' : `${keys.map(toLine).join('\n')}\n`);
      return;
    }
    case 'revoke': {
      const key = await revokeApiKey(db, command.id);
      if (key === undefined)
        throw new StartupError(`There is no key ${command.id}. \`keys list\` shows all.`);
      stdout.write(
        `revoked ${key.id}; every process rejects it within ${revokedWithinSeconds} seconds\n`,
      );
    }
  }
}

function parse(args: readonly string[]) {
  const options = {
    owner: { type: 'string' },
    role: { type: 'string' },
    name: { type: 'string' },
    'expires-in-days': { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n${keysUsage}`);
  }
}

function readCreate(values: ReturnType<typeof parse>['values']): KeysCommand {
  const { owner, role, name = null, 'expires-in-days': days } = values;
  check(
    isOwner(owner),
    '--owner is required: up to 200 characters, the same as `sub` in its tokens.',
  );
  check(role === 'user' || role === 'operator', '--role must be user or operator.');
  check(
    name === null || (name.length <= maxNameLength && isStorable(name)),
    `--name must have up to ${maxNameLength} characters.`,
  );
  const number = days === undefined ? null : Number(days);
  check(
    number === null || (Number.isInteger(number) && number >= 1 && number <= maxDays),
    `--expires-in-days must be a whole number from 1 to ${maxDays}.`,
  );
  return { action: 'create', owner, role, name, days: number };
}

async function createKey(
  db: Database,
  { owner, role, name, days }: KeysCommand & { action: 'create' },
  { stdout, stderr }: Output,
): Promise<void> {
  const token = createApiKeyToken();
  const expiresAt =
    days === null ? null : new Date((await readDatabaseTime(db)).getTime() + days * dayMs);
  const key = await insertApiKey(db, {
    owner,
    role,
    name,
    expiresAt,
    secretHash: hashApiKey(token),
  });
  stdout.write(`${toLine(key)}\n`);
  stderr.write('Save the key below: only its hash is stored, and it is not shown again.\n');
  stdout.write(`${token}\n`);
}

function toLine(key: ApiKey): string {
  const { id, owner, role, name, createdAt, expiresAt, lastUsedAt, revokedAt } = key;
  return [
    id,
    `${role} ${JSON.stringify(owner)}`,
    ...(name === null ? [] : [JSON.stringify(name)]),
    `created ${createdAt.toISOString()}`,
    lastUsedAt === null ? 'never used' : `last used ${lastUsedAt.toISOString()}`,
    ...(expiresAt === null ? [] : [`expires ${expiresAt.toISOString()}`]),
    ...(revokedAt === null ? [] : [`revoked ${revokedAt.toISOString()}`]),
  ].join('  ');
}

function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new StartupError(`${message}\n${keysUsage}`);
}
