import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runApp, startAppProcess } from '../../environment/app/app-process.ts';
import { createAuthority } from '../../environment/programs/certificates.ts';
import type { Authority } from '../../environment/programs/certificates.ts';
import { runDoctor } from '../../environment/app/doctor.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startTlsPostgres } from '../../environment/programs/postgres.ts';
import { startTlsRedis } from '../../environment/programs/redis.ts';

expectNoLeaks();

const password = 'p@ss/word %of "redis"';
const token = 'token-of-the-model-service';
const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state error { code } } }';

const opened = new AsyncDisposableStack();
let authority: Authority;
let stranger: Authority;
let model: FakeModelService;
let folder: string;
/** All servers are localhost by their certificates, which one authority has signed. */
let env: Record<string, string>;
/** The same servers by a certificate for another host. */
let elsewhere: { REDIS_URL: string; DATABASE_URL: string };

beforeAll(async () => {
  authority = opened.use(await createAuthority());
  stranger = opened.use(await createAuthority());
  folder = await mkdtemp(join(tmpdir(), 'fovea-tls-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const certificate = await authority.issue('localhost');
  const other = await authority.issue('elsewhere.example');
  model = opened.use(
    await startFakeModelService({ tls: { host: 'localhost', ...certificate }, token }),
  );
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, `${token}\n`);
  env = {
    ...(await startStores(certificate)),
    AUTH_MODE: 'none',
    REDIS_CA_FILE: authority.caFile,
    DATABASE_CA_FILE: authority.caFile,
    MODEL_SERVICE_URL: model.url,
    MODEL_SERVICE_CA_FILE: authority.caFile,
    MODEL_SERVICE_TOKEN_FILE: tokenFile,
    MIGRATE_ON_START: 'true',
    LOG_LEVEL: 'debug',
  };
  elsewhere = await startStores(other);
});

afterAll(() => opened.disposeAsync());

async function startStores(certificate: Awaited<ReturnType<Authority['issue']>>) {
  const redis = opened.use(await startTlsRedis(certificate, { user: 'worker', password }));
  const postgres = opened.use(await startTlsPostgres(certificate));
  const database = new URL(postgres.url);
  database.hostname = 'localhost';
  return {
    REDIS_URL: `rediss://worker:${encodeURIComponent(password)}@localhost:${redis.port}`,
    DATABASE_URL: `${database.href}?sslmode=verify-full`,
  };
}

/** What a start that fails prints, without the lines of its log. */
async function failToStart(change: Record<string, string>): Promise<string> {
  await using program = runApp('all', { ...env, LOG_LEVEL: 'silent', ...change });
  expect(await program.ended).toBe(1);
  return program.output.trim();
}

test('a job runs over TLS to Redis, PostgreSQL and the model service, and no secret is printed', async () => {
  await using app = await startAppProcess('all', env);
  const { id } = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
  const states: string[] = [];
  for await (const { data } of app.graphql.subscribe('sse', watch, { id })) {
    states.push(data?.['jobUpdated'].state);
  }
  expect(states.at(-1)).toBe('COMPLETED');
  const authorizations = model.calls.map(({ headers }) => headers.authorization);
  expect(new Set(authorizations)).toEqual(new Set([`Bearer ${token}`]));
  app.kill('SIGTERM');
  await app.ended;
  expect(app.output).toContain('"REDIS_URL":"[redacted]"');
  for (const secret of [password, encodeURIComponent(password), token]) {
    expect(app.output).not.toContain(secret);
    expect(app.output).not.toContain(JSON.stringify(secret).slice(1, -1));
  }
});

test('the doctor reaches all of them the same way, and finds nothing exposed', async () => {
  const { findings } = await runDoctor(env);
  const ok = ['configuration', 'redis', 'redis access', 'postgres', 'model service'];
  for (const check of ok) {
    expect(findings.filter((it) => it.check === check)).toMatchObject([{ level: 'ok' }]);
  }
});

test('sslrootcert of DATABASE_URL does what DATABASE_CA_FILE does', async () => {
  const url = `${env['DATABASE_URL']}&sslrootcert=${authority.caFile}`;
  const { findings } = await runDoctor({ ...env, DATABASE_CA_FILE: '', DATABASE_URL: url });
  expect(findings).toContainEqual(expect.objectContaining({ check: 'postgres', level: 'ok' }));
});

describe('a start is refused, and says what to do,', () => {
  test.each([
    ['REDIS_CA_FILE', 'Redis'],
    ['DATABASE_CA_FILE', 'PostgreSQL'],
  ])('when the authority of %s has not signed the certificate', async (variable, service) => {
    const message = `let ${variable} name the certificate of its authority.`;
    expect(await failToStart({ [variable]: stranger.caFile })).toMatch(
      new RegExp(`^${service} cannot be reached: \\w+\\. .*${message}$`),
    );
  });

  test.each([
    ['REDIS_URL', 'Redis'],
    ['DATABASE_URL', 'PostgreSQL'],
  ] as const)(
    'when the host of %s is not the one in the certificate',
    async (variable, service) => {
      expect(await failToStart({ [variable]: elsewhere[variable] })).toBe(
        `${service} cannot be reached: ERR_TLS_CERT_ALTNAME_INVALID. Its certificate is for another host: use the name that is in it in ${variable}.`,
      );
    },
  );

  test('when sslrootcert names a file that is not there', async () => {
    const url = `${env['DATABASE_URL']}&sslrootcert=${folder}/none.pem`;
    expect(await failToStart({ DATABASE_CA_FILE: '', DATABASE_URL: url })).toContain(
      'check sslrootcert, sslcert and sslkey in it',
    );
  });

  test('when REDIS_URL is rediss:// and the port does not speak TLS', async () => {
    await using plain = await startFakeModelService();
    const port = new URL(plain.url).port;
    expect(await failToStart({ REDIS_URL: `rediss://localhost:${port}` })).toContain(
      'It does not speak TLS on this port: correct REDIS_URL',
    );
  });
});

describe('of a model service', () => {
  test.each([
    ['MODEL_SERVICE_TOKEN_FILE', '', 'Set MODEL_SERVICE_TOKEN (or'],
    ['MODEL_SERVICE_CA_FILE', '', 'let MODEL_SERVICE_CA_FILE name'],
  ])('that does not get what %s is for, the doctor says so', async (variable, value, advice) => {
    const { code, findings } = await runDoctor({ ...env, [variable]: value });
    expect(code).toBe(1);
    const [finding] = findings.filter(({ check }) => check === 'model service');
    expect(finding).toMatchObject({ level: 'wrong', advice: expect.stringContaining(advice) });
  });

  test('that redirects, no other host is told the token', async () => {
    await using other = await startFakeModelService();
    await using redirecting = await startFakeModelService();
    redirecting.answer('/api/summarize', {
      status: 307,
      json: {},
      headers: { location: `${other.url}/api/summarize` },
    });
    await using app = await startAppProcess('all', {
      ...env,
      MODEL_SERVICE_URL: redirecting.url,
      MODEL_SERVICE_CA_FILE: '',
      VIDEO_SUMMARIZATION_ATTEMPTS: '1',
    });
    const { id } = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
    const seen: unknown[] = [];
    for await (const { data } of app.graphql.subscribe('sse', watch, { id })) {
      seen.push(data?.['jobUpdated']);
    }
    expect(seen.at(-1)).toMatchObject({ state: 'FAILED', error: { code: 'MODEL_BAD_RESPONSE' } });
    expect(redirecting.calls).toHaveLength(1);
    expect(other.calls).toEqual([]);
  });
});
