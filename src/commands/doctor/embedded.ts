import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { createDatabase } from '../../db/database.ts';
import { compareMigrations } from '../../db/migrate.ts';
import { pluralize } from '../../platform/text.ts';
import { createQueues } from '../../queue/queues.ts';
import { FolderInUseError } from '../../stack/pglite/data-dir-lock.ts';
import { openEmbedded } from '../../stack/embedded.ts';
import type { Stack } from '../../stack/stack.ts';
import type { ExamineOptions } from '../../doctor/external.ts';
import { isWrong, ok, wrong } from '../../doctor/finding.ts';
import type { Finding } from '../../doctor/finding.ts';
import { checkModelService } from '../../doctor/model-service.ts';
import { judgeMigrations } from '../../doctor/postgres.ts';
import { countJobs, listPaused } from '../../doctor/queues.ts';
import { explain, runCheck } from '../../doctor/run-check.ts';

/** PGlite starts a whole PostgreSQL in this process. */
const openDeadlineMs = 30_000;
/** The server that uses the folder is usually on this host. */
const serverAnswerMs = 4_000;

/** Checks the folder of the embedded stack, or, while a server uses it, whether that server is ready. */
export async function examineEmbedded(
  options: ExamineOptions,
  dataDir: string,
): Promise<Finding[]> {
  const modelService = checkModelService(options.config);
  const folder = await runCheck(
    'database',
    () => examineFolder(options, dataDir),
    () =>
      `Make sure that ${dataDir} can be read and written. If its database is broken, move the folder away: the next start creates a new one.`,
    openDeadlineMs,
  );
  return [...folder, ...(await modelService)];
}

async function examineFolder(options: ExamineOptions, dataDir: string): Promise<Finding[]> {
  // The doctor must not create one.
  if (!(await exists(join(dataDir, 'postgres')))) {
    return [ok('database', `${dataDir} has none yet: the first start creates it`)];
  }
  let stack: Stack;
  try {
    stack = await openEmbedded(dataDir, options.logger);
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    const inUse = ok('database', `${dataDir} is in use by a running server`);
    return [inUse, await askServer(options.config.http)];
  }
  await using opened = stack;
  return [
    ok('database', `${dataDir} can be opened; no server is running`),
    ...(await examineDatabase(options, opened)),
  ];
}

async function examineDatabase(
  { config, definitions, logger }: ExamineOptions,
  { pool, transport }: Stack,
): Promise<Finding[]> {
  await using db = createDatabase(pool);
  const status = await compareMigrations(db);
  const migrations = judgeMigrations(status);
  if (isWrong(migrations)) {
    const isApplied = config.migrateOnStart && status.unknown.length === 0;
    const { check, seen } = migrations;
    return [isApplied ? ok(check, `${seen}; the next start applies them`) : migrations];
  }
  await using queues = createQueues(db, transport, definitions, logger);
  const counts = await Promise.all(definitions.map(({ type }) => countJobs(db, type)));
  const unfinished = counts.reduce(
    (sum, { QUEUED, DELAYED, ACTIVE }) => sum + QUEUED + DELAYED + ACTIVE,
    0,
  );
  const paused = await listPaused({ db, queues, config, definitions });
  const outlook = unfinished === 0 ? '' : ': the next start continues with them';
  return [
    migrations,
    ok('jobs', `${pluralize(unfinished, 'job')} not finished${outlook}`),
    ...paused,
  ];
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Asks the server that uses the data folder whether it is ready. */
async function askServer({ host, port }: Config['http']): Promise<Finding> {
  const check = 'server';
  if (port === 0) return ok(check, 'PORT is 0, so its address is not known here');
  const url = `http://${toClientHost(host)}:${port}/readyz`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(serverAnswerMs) });
    const text = (await response.text()).trim().slice(0, 200);
    if (response.ok) return ok(check, `${url} answers ${response.status} ${text}`);
    const advice =
      'Wait until it has started or stopped; if this persists, see its log and restart it.';
    return wrong(check, `${url} answers ${response.status} ${text}`, advice);
  } catch (error) {
    return wrong(
      check,
      `${url} does not answer: ${explain(error instanceof Error ? (error.cause ?? error) : error)}`,
      'Run doctor with the HOST and PORT of that server; if they are right, it hangs: restart it.',
    );
  }
}

/** The address at which clients on the same host reach a server. */
function toClientHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
