import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { createDatabase } from '../../db/database.ts';
import { compareMigrations } from '../../db/migrate.ts';
import { createQueues } from '../../queue/queues.ts';
import { FolderInUseError } from '../../stack/data-dir-lock.ts';
import { openEmbedded } from '../../stack/embedded.ts';
import type { Stack } from '../../stack/stack.ts';
import { askServer } from './ask-server.ts';
import { isWrong, ok } from './finding.ts';
import { count } from '../../platform/text.ts';
import type { Finding } from './finding.ts';
import { countJobs } from './job-rows.ts';
import { checkMigrations } from './migrations.ts';
import { checkModelService } from './model-service.ts';
import { listPaused } from './queues.ts';
import { runCheck } from './run-check.ts';
import type { ExamineOptions } from './external.ts';

/** PGlite is a whole PostgreSQL that starts in this process. */
const openDeadlineMs = 30_000;

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
    ...(await look(options, opened)),
  ];
}

async function look(
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
  return [migrations, ok('jobs', `${count(waiting, 'job')} not finished${goesOn}`), ...paused];
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
