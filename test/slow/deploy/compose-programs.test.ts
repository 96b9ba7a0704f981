import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { readConfig } from '../../../src/config/config.ts';
import { listVariables } from '../../../src/config/environment/variables.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { readComposeFile, root, secrets, toMs } from '../../environment/programs/compose-file.ts';
import type { ComposeFile, ComposeService } from '../../environment/programs/compose-file.ts';
import { readFoveaCommands } from '../../environment/programs/fovea-commands.ts';

/** Variables that .env cannot set, and why. A variable that is missing here, and in docker-compose.yml, was forgotten. */
const setByCompose = {
  'how the containers reach each other':
    'PORT HOST METRICS_PORT TRUSTED_PROXIES REDIS_URL REDIS_PREFIX DATABASE_URL',
  'TLS to Redis and PostgreSQL, which are in a network of their own': 'REDIS_CA DATABASE_CA',
  'only for the image, the embedded stack and the baseline model':
    'NODE_ENV DATA_DIR MODEL_STEP_DELAY_MS',
  'done by Compose: migrations, waiting, stopping, and names of containers':
    'MIGRATE_ON_START STARTUP_TIMEOUT_MS SHUTDOWN_GRACE_MS WORKER_QUEUES WORKER_NAME',
};

let compose: ComposeFile;
/** The services that run our program. */
let programs: [string, ComposeService][];

beforeAll(async () => {
  compose = await readComposeFile(secrets);
  programs = Object.entries(compose.services).filter(([, { image }]) => image === 'fovea-jobs');
});

test('one image is built, once, and never pulled', () => {
  const builders = programs.filter(([, { build }]) => build !== undefined);
  expect(builders).toMatchObject([
    ['migrate', { build: { context: '.', dockerfile: 'deploy/Dockerfile' } }],
  ]);
  expect(new Set(programs.map(([, it]) => it.pull_policy))).toEqual(new Set(['never']));
});

describe('our own services', () => {
  test('run roles of the program', async () => {
    const main = await readFile(join(root, 'src/command-line.ts'), 'utf8');
    const roles = [...main.matchAll(/^ {2}'?([\w-]+)'?: (?:async )?\(/gm)].map(([, role]) => role);
    const commands = programs.map(([name, { command }]) => [name, ...command!]);
    expect(commands).toEqual(
      ['api', 'worker', 'migrate', 'model-service'].map((role) => [role, role]),
    );
    expect(roles).toEqual(expect.arrayContaining(commands.map(([, role]) => role)));
  });

  const known = listVariables(jobDefinitions).map(({ name }) => name);

  test('are given variables that the program reads', () => {
    const given = programs.flatMap(([, { environment = {} }]) => Object.keys(environment));
    expect(given.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('take every other variable from .env, under its own name', async () => {
    const env = Object.fromEntries(known.map((name) => [name, `given-${name}`]));
    const { services: given } = await readComposeFile({ ...secrets, ...env });
    for (const role of ['api', 'worker', 'migrate']) {
      const { environment = {} } = given[role]!;
      const taken = known.filter((name) => environment[name] === env[name]);
      // The file of documents has another path in the container than on the host.
      const left = known.filter((name) => !taken.includes(name) && name !== 'PERSISTED_OPERATIONS');
      expect(new Set(left)).toEqual(new Set(Object.values(setByCompose).join(' ').split(' ')));
    }
  });

  test('have the file of trusted documents where they look for it', async () => {
    const none = await readComposeFile(secrets);
    expect(none.services['api']!.environment).toMatchObject({ PERSISTED_OPERATIONS: null });
    const own = await readComposeFile({ ...secrets, PERSISTED_OPERATIONS: './documents.json' });
    const [config = ''] = own.services['api']!.configs!;
    // Compose mounts a config at this path.
    expect(own.services['api']!.environment).toMatchObject({ PERSISTED_OPERATIONS: `/${config}` });
    expect(own.configs[config]).toEqual({ file: './documents.json' });
  });

  test.each(['api', 'worker', 'migrate', 'model-service'])(
    '%s has the intended configuration',
    (name) => {
      const config = readConfig(environmentOf(compose, name), jobDefinitions);
      expect(config.http.host).toBe('0.0.0.0');
      if (name === 'model-service') return;
      expect(config).toMatchObject({
        metricsPort: 9464,
        modelServiceUrl: 'http://model-service:8000',
        stack: {
          redisUrl: 'redis://:redis-secret@redis:6379',
          databaseUrl: 'postgres://fovea:postgres-secret@postgres:5432/fovea',
        },
      });
    },
  );

  test('let nobody in without a key, unless two variables say so', async () => {
    const read = async (env: Record<string, string>) => {
      const given = environmentOf(await readComposeFile({ ...secrets, ...env }), 'api');
      // NODE_ENV is set by the image.
      return readConfig({ ...given, NODE_ENV: 'production' }, jobDefinitions).auth;
    };
    expect(await read({})).toEqual({ mode: 'keys' });
    await expect(read({ AUTH_MODE: 'none' })).rejects.toThrow('ALLOW_INSECURE=1');
    expect(await read({ AUTH_MODE: 'none', ALLOW_INSECURE: '1' })).toEqual({ mode: 'none' });
    const tokens = {
      AUTH_MODE: 'jwt',
      AUTH_JWKS_URL: 'https://accounts.example/keys',
      AUTH_JWT_ISSUER: 'https://accounts.example/',
      AUTH_JWT_AUDIENCE: 'fovea-jobs',
      AUTH_ROLES_CLAIM: 'groups',
    };
    expect(await read(tokens)).toMatchObject({ mode: 'jwt', jwt: { rolesClaim: 'groups' } });
  });

  test('may use another model service instead of the baseline model', async () => {
    const url = 'http://models.example:9000';
    const other = await readComposeFile({
      ...secrets,
      MODEL_SERVICE_URL: url,
      MODEL_SERVICE_REPLICAS: '0',
    });
    const config = readConfig(environmentOf(other, 'worker'), jobDefinitions);
    expect(config.modelServiceUrl).toBe(url);
    expect(other.services['model-service']!.deploy.replicas).toBe(0);
    const awaited = Object.values(other.services).map((it) => it.depends_on ?? {});
    expect(awaited.flatMap((it) => Object.keys(it))).not.toContain('model-service');
  });

  test('have more time to stop than they need', () => {
    const worker = compose.services['worker']!;
    const graceMs = readConfig(environmentOf(compose, 'worker'), jobDefinitions).shutdownGraceMs;
    expect(toMs(worker.stop_grace_period!)).toBeGreaterThan(graceMs);
  });
});

describe('for users of FOVEA', () => {
  const schemaOf = async () => buildSchema(await readFile(join(root, 'schema.graphql'), 'utf8'));

  test('the commands that replace theirs name existing services, roles and documents', async () => {
    const commands = await readFoveaCommands();
    const ofCompose = commands.filter((it) => it.startsWith('docker compose '));
    const named = ofCompose.flatMap((it) =>
      /^docker compose (?:logs|exec|restart) ((?:[a-z-]+ ?)+?)(?: (?:\||sh|node) .*)?$/
        .exec(it)?.[1]!
        .split(' '),
    );
    expect(new Set(named)).toEqual(new Set(['worker', 'api', 'redis']));
    const documents = commands.filter((it) => /^(\{|mutation|subscription)/.test(it));
    expect(documents).toHaveLength(4);
    const schema = await schemaOf();
    for (const document of documents) expect(validate(schema, parse(document))).toEqual([]);
  });

  test('the page on its model service sets existing variables, and has valid documents', async () => {
    const page = await readFile(join(root, 'docs/fovea-model-service.md'), 'utf8');
    const [, block = ''] = /```env\n([^]*?)```/.exec(page)!;
    const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const given = Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
    const example = await readFile(join(root, 'deploy/compose.env.example'), 'utf8');
    for (const name of Object.keys(given)) expect(example).toContain(`#${name}=`);
    const file = await readComposeFile({ ...secrets, ...given });
    const config = readConfig(environmentOf(file, 'worker'), jobDefinitions);
    expect(config.media.root).toBe('/videos');
    for (const { deadlineMs } of Object.values(config.jobSettings)) {
      expect(deadlineMs).toBeGreaterThan(config.modelTimeoutMs);
    }
    const documents = [...page.matchAll(/^ask '(.*)'$/gm)].map(([, text]) =>
      text!.replaceAll(String.raw`\"`, '"'),
    );
    expect(documents).toHaveLength(4);
    const schema = await schemaOf();
    for (const document of documents) expect(validate(schema, parse(document))).toEqual([]);
    const override = parseYaml(/```yaml\n([^]*?)```/.exec(page)![1]!) as ComposeFile;
    expect(override.services['worker']!.networks).toEqual([
      ...file.services['worker']!.networks,
      ...Object.keys(override.networks),
    ]);
  });
});

function environmentOf({ services: all }: ComposeFile, name: string): Record<string, string> {
  const given = Object.entries(all[name]!.environment ?? {});
  return Object.fromEntries(given.map(([key, value]) => [key, String(value ?? '')]));
}
