import { printSchema } from 'graphql';
import { startApp } from './app.ts';
import type { Role } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { jobDefinitions } from './jobs/index.ts';
import { createLogger } from './logger.ts';

const usage = `usage: node src/main.ts [all | api | worker | schema]`;

async function serve(role: Role): Promise<void> {
  const config = readConfig(process.env, jobDefinitions);
  const logger = createLogger(config.logLevel, process.stdout.isTTY);
  await using app = await startApp({ config, role, logger });
  console.log(app.url ? `fovea-jobs ${role} at ${app.url}/graphql` : `fovea-jobs ${role} is running`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

async function run(command: string): Promise<void> {
  switch (command) {
    case 'all':
    case 'api':
    case 'worker':
      return serve(command);
    case 'schema': {
      const { schema } = await import('./graphql/schema.ts');
      return console.log(printSchema(schema));
    }
    default:
      throw new ConfigError(usage);
  }
}

try {
  await run(process.argv[2] ?? 'all');
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}
