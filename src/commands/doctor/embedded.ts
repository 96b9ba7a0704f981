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
import type { ExamineOptions } from './external.ts';
import { isWrong, ok, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkModelService } from './model-service.ts';
import { checkMigrations } from './postgres.ts';
import { countJobs, listPaused } from './queues.ts';
import { explain, runCheck } from './run-check.ts';

/** PGlite is a whole PostgreSQL that starts in this process. */
const openDeadlineMs = 30_000;
/** The server that has the folder is on this host, as a rule. */
const serverAnswerMs = 4_000;

/** Looks at the folder of the embedded stack, or, while a server has it, at what that server says. */
export async function examineEmbedded(
  options: ExamineOptions,
  dataDir: string,
): Promise<Finding[]> {
  const models = checkModelService(options.config);
  const folder = await runCheck(
    'database',
    () => examineFolder(options, dataDir),
    () =>
      `See that ${dataDir} can be read and written. If its database is broken, move the folder away: the next start makes a new one.`,
    openDeadlineMs,
  );
  return [...folder, ...(await models)];
}

async function examineFolder(options: ExamineOptions, dataDir: string): Promise<Finding[]> {
  // A look must not make one.
  if (!(await exists(join(dataDir, 'postgres')))) {
    return [ok('database', `${dataDir} has none yet: the first start makes it`)];
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
    ok('database', `${dataDir} can be opened; no server runs`),
    ...(await examineDatabase(options, opened)),
  ];
}

async function examineDatabase(
  { config, definitions, logger }: ExamineOptions,
  { pool, transport }: Stack,
): Promise<Finding[]> {
  await using db = createDatabase(pool);
  const migrations = await checkOwnMigrations(db, config);
  const { pending, unknown } = await compareMigrations(db);
  if (pending.length + unknown.length > 0) return [migrations];
  await using queues = createQueues(db, transport, definitions, logger);
  const counts = await Promise.all(definitions.map(({ type }) => countJobs(db, type)));
  const waiting = counts.reduce(
    (sum, { QUEUED, DELAYED, ACTIVE }) => sum + QUEUED + DELAYED + ACTIVE,
    0,
  );
  const paused = await listPaused({ db, queues, config, definitions });
  const goesOn = waiting === 0 ? '' : ': the next start goes on with them';
  return [migrations, ok('jobs', `${pluralize(waiting, 'job')} not finished${goesOn}`), ...paused];
}

async function checkOwnMigrations(
  db: ReturnType<typeof createDatabase>,
  { migrateOnStart }: Config,
): Promise<Finding> {
  const finding = await checkMigrations(db);
  const { unknown } = await compareMigrations(db);
  if (!isWrong(finding) || unknown.length > 0 || !migrateOnStart) return finding;
  return ok(finding.check, `${finding.seen}; the next start applies them`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Asks the server that has the data folder whether it is ready. */
async function askServer({ host, port }: Config['http']): Promise<Finding> {
  const check = 'server';
  if (port === 0) return ok(check, 'PORT is 0, so that its address is not known here');
  const url = `http://${toClientHost(host)}:${port}/readyz`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(serverAnswerMs) });
    const text = (await response.text()).trim().slice(0, 200);
    if (response.ok) return ok(check, `${url} answers ${response.status} ${text}`);
    const advice =
      'Wait until it has started or ended; if it stays so, see its log and restart it.';
    return wrong(check, `${url} answers ${response.status} ${text}`, advice);
  } catch (error) {
    return wrong(
      check,
      `${url} does not answer: ${explain(error instanceof Error ? (error.cause ?? error) : error)}`,
      'Give doctor the HOST and PORT of that server; if they are the same, it hangs: restart it.',
    );
  }
}

/** Where a server that listens on all addresses is reached from its own host. */
function toClientHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
