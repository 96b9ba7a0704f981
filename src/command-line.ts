import { enableCompileCache } from 'node:module';
import { explainFailure } from './commands/explain-failure.ts';
import { ConfigError } from './config/environment/problems.ts';
import { listSecretValues } from './config/environment/secrets.ts';
import { createRedactor } from './platform/redaction.ts';

const { env } = process;

// Each command is imported when it runs, so that `schema` does not load a database.
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  all: async () => (await import('./commands/serve.ts')).serve('all', env),
  api: async () => (await import('./commands/serve.ts')).serve('api', env),
  worker: async () => (await import('./commands/serve.ts')).serve('worker', env),
  'model-service': async () => (await import('./commands/model-service.ts')).serveModels(env),
  migrate: async () => (await import('./commands/migrate.ts')).migrate(env),
  keys: async (args) => (await import('./commands/keys.ts')).keys(args, env),
  prepare: async () => {
    const { prepareEmbedded } = await import('./stack/embedded.ts');
    console.log(`prepared ${await prepareEmbedded()}`);
  },
  schema: async () => {
    const [{ printSchema }, { schema }] = await Promise.all([
      import('graphql'),
      import('./graphql/schema.ts'),
    ]);
    console.log(printSchema(schema));
  },
  demo: async (args) => (await import('./commands/demo/start.ts')).startDemo(args, env),
  doctor: async (args) => {
    const { runDoctor } = await import('./commands/doctor/doctor.ts');
    process.exitCode = await runDoctor(args, env, process.stdout);
  },
};

// Compiling what the commands import takes half of the start-up time.
enableCompileCache();
try {
  const [name = 'all', ...args] = process.argv.slice(2);
  if (!Object.hasOwn(commands, name)) {
    throw new ConfigError(`usage: node src/main.ts [${Object.keys(commands).join(' | ')}]`);
  }
  await commands[name]!(args);
} catch (error) {
  const reason = explainFailure(error, env);
  const redact = createRedactor(listSecretValues(env));
  // A ConfigError has no secrets, but examples of URLs with a password, which must stay readable.
  console.error(error instanceof ConfigError ? reason : redact(reason));
  process.exitCode = 1;
}
