import { enableCompileCache } from 'node:module';
import type { Role } from './app.ts';
import { DemoError } from './commands/demo/demo-error.ts';
import { ConfigError, readConfig } from './config/config.ts';
import { listExposures } from './config/exposures.ts';
import { listSecretValues, readConfigWithFiles, readSecretFiles } from './config/secret-files.ts';
import { explainFailure } from './commands/explain-failure.ts';
import { jobDefinitions } from './subjects/index.ts';
import { createErrorLogger, createLogger } from './platform/logger.ts';
import type { Logger } from './platform/logger.ts';
import { readSettings } from './commands/read-settings.ts';
import { createRedactor } from './platform/redaction.ts';
import { stopped, untilStopped } from './platform/stop-signal.ts';

// What a command needs it imports itself: `schema` shall not wait for a database to load.

const usage = `usage: node src/main.ts [all | api | worker | model-service | migrate | keys | prepare | schema | demo | doctor]`;
/** Time for what has been told to close. */
const openHandlesMs = 1_000;

async function serve(role: Role): Promise<void> {
  const { config, logger } = readSettings(process.env);
  for (const { seen, advice } of listExposures(config)) logger.warn({ advice }, seen);
  // An unhandled rejection comes here as well. What it left half done, the rows put right after a restart.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'unexpected error');
    process.exit(1);
  });
  const { startApp } = await import('./app.ts');
  const { createProcessRegistry } = await import('./metrics/process-registry.ts');
  const signal = untilStopped();
  // A start survives being killed, and may wait for long.
  const abandon = () => process.exit();
  signal.addEventListener('abort', abandon);
  {
    // Ends after the app, whose last spans it sends.
    await using tracing = config.tracingUrl ? await openTracing(config.tracingUrl, logger) : null;
    const registry = createProcessRegistry();
    await using app = await startApp({ config, role, logger, registry, tracing });
    signal.removeEventListener('abort', abandon);
    console.log(
      app.url ? `fovea-jobs ${role} at ${app.url}/graphql` : `fovea-jobs ${role} is running`,
    );
    await stopped(signal);
    logger.info('shutting down');
  }
  endAfterwards(logger);
}

/** Ends a process that was told to, if a connection that nobody answers keeps it; others end by themselves. */
function endAfterwards(logger: Logger): void {
  setTimeout(() => {
    logger.warn({ open: process.getActiveResourcesInfo() }, 'ended with open handles');
    process.exit();
  }, openHandlesMs).unref();
}

/** What it imports is large, and most processes need none of it. */
async function openTracing(url: string, logger: Logger) {
  const { createExporter, startTracing } = await import('./platform/tracing.ts');
  return startTracing(createExporter(url), logger);
}

async function serveModels(): Promise<void> {
  const { modelServiceEnvironment, startModelService } =
    await import('./commands/model-service.ts');
  const { config, logger } = readSettings(modelServiceEnvironment(process.env));
  // Before it says that it serves: who starts it may tell it to stop at once.
  const signal = untilStopped();
  await using service = await startModelService(config, logger);
  console.log(`fovea-jobs model-service at ${service.url}`);
  await stopped(signal);
}

async function migrate(): Promise<void> {
  const { config, logger } = readSettings(process.env);
  const { openStack } = await import('./app.ts');
  const { createDatabase } = await import('./db/database.ts');
  const { migrateToLatest } = await import('./db/migrate.ts');
  await using stack = await openStack(config, logger);
  await using db = createDatabase(stack.openPatientPool());
  const steps = await migrateToLatest(db);
  for (const step of steps) console.log(`applied ${step}`);
  if (steps.length === 0) console.log('the database is up to date');
}

async function keys(args: string[]): Promise<void> {
  const { parseKeysCommand, runKeysCommand } = await import('./commands/keys.ts');
  // Before a database is opened, which may take long.
  const command = parseKeysCommand(args);
  const { config, env } = readConfigWithFiles(process.env, jobDefinitions);
  // Stdout is for the keys.
  const logger = createErrorLogger(config.logLevel, listSecretValues(env));
  const { openStack } = await import('./app.ts');
  const { createDatabase } = await import('./db/database.ts');
  const { expectMigrated, migrateToLatest } = await import('./db/migrate.ts');
  await using stack = await openStack(config, logger);
  await using db = createDatabase(stack.openPatientPool());
  await (config.migrateOnStart ? migrateToLatest(db) : expectMigrated(db));
  await runKeysCommand({ db, command, stdout: process.stdout, stderr: process.stderr });
}

async function prepare(): Promise<void> {
  const { prepareEmbedded } = await import('./stack/embedded.ts');
  console.log(`prepared ${await prepareEmbedded()}`);
}

async function printSchema(): Promise<void> {
  const { schema } = await import('./graphql/schema.ts');
  const graphql = await import('graphql');
  console.log(graphql.printSchema(schema));
}

async function demo(args: string[]): Promise<void> {
  const { prepareDemo } = await import('./commands/demo/prepare-demo.ts');
  const { withFreePort } = await import('./commands/demo/free-port.ts');
  const signal = untilStopped(new DemoError('Interrupted.'));
  const { env, ...story } = await prepareDemo(args, readSecretFiles(process.env));
  const given = readConfig(env, jobDefinitions);
  console.log('Starting everything in this process: API, workers, queue, database…');
  const config = env['PORT']
    ? given
    : { ...given, http: { ...given.http, ...(await withFreePort(given.http)) } };
  // Stdout is for the bars.
  const logger = createErrorLogger(config.logLevel, listSecretValues(env));
  const { startApp } = await import('./app.ts');
  await using app = await startApp({ config, role: 'all', logger });
  const { runDemo } = await import('./commands/demo/demo.ts');
  await runDemo({ ...story, url: `${app.url}/graphql`, stdout: process.stdout, signal });
  if (story.keep) await stopped(signal);
}

async function doctor(args: string[]): Promise<void> {
  const { runDoctor } = await import('./commands/doctor/doctor.ts');
  const { env, stdout } = process;
  // What the connections log, the findings say.
  const logger = createLogger('silent', false);
  process.exitCode = await runDoctor({ args, env, definitions: jobDefinitions, logger, stdout });
}

async function run(command: string, args: string[]): Promise<void> {
  switch (command) {
    case 'all':
    case 'api':
    case 'worker':
      return serve(command);
    case 'model-service':
      return serveModels();
    case 'migrate':
      return migrate();
    case 'keys':
      return keys(args);
    case 'prepare':
      return prepare();
    case 'schema':
      return printSchema();
    case 'demo':
      return demo(args);
    case 'doctor':
      return doctor(args);
    default:
      throw new ConfigError(usage);
  }
}

// For what the commands import: a start spends half its time on compiling.
enableCompileCache();
try {
  const [command = 'all', ...args] = process.argv.slice(2);
  await run(command, args);
} catch (error) {
  const reason = explainFailure(error, process.env);
  const redact = createRedactor(listSecretValues(process.env));
  // A problem of the settings has no secret in it, but examples of addresses with a password, which are to be read.
  console.error(error instanceof ConfigError ? reason : redact(reason));
  process.exitCode = 1;
}
