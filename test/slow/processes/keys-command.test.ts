import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseKeysCommand } from '../../../src/commands/keys.ts';
import { createAuthenticator } from '../../../src/access/identity/authenticator.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { runCommand, startAppProcess } from '../../environment/app/app-process.ts';
import { createTestStack } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

let services: TestStack;
beforeAll(async () => {
  services = await createTestStack('external');
});
afterAll(() => services[Symbol.asyncDispose]());

function runKeys({ env }: TestStack, args: readonly string[]) {
  return runCommand(['keys', ...args], { MODEL_SERVICE_URL: 'http://127.0.0.1:9', ...env });
}

async function authenticate(stack: TestStack, token: string) {
  await using opened = await openTestStack(stack);
  const logger = createLogger('silent', false);
  const config = { mode: 'keys' } as const;
  const session = await createAuthenticator({ db: opened.db, config, logger }).authenticate({
    token,
    ticket: undefined,
  });
  return session.viewer;
}

test('a key is shown once, kept as a hash, listed without its secret, and revoked', async () => {
  const made = await runKeys(services, [
    'create',
    '--owner',
    'ann',
    '--role',
    'operator',
    '--name',
    'ci',
  ]);
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('not shown again') });
  const token = made.stdout.trimEnd().split('\n').at(-1)!;
  expect(token).toMatch(/^fovea_[\w-]{43}$/);
  expect(await authenticate(services, token)).toEqual({ role: 'operator', owner: 'ann' });

  const rows = await readTable();
  for (const encoding of ['utf8', 'hex', 'base64url'] as const) {
    expect(rows).not.toContain(Buffer.from(token.slice('fovea_'.length)).toString(encoding));
    expect(rows).not.toContain(
      Buffer.from(token.slice('fovea_'.length), 'base64url').toString(encoding),
    );
  }

  const listed = await runKeys(services, ['list', '--owner', 'ann']);
  expect(listed.stdout).toMatch(
    /^\S+ {2}operator "ann" {2}"ci" {2}created \S+ {2}(never|last) used.*\n$/,
  );
  expect(listed.stdout + listed.stderr).not.toContain(token);
  expect((await runKeys(services, ['list', '--owner', 'bob'])).stdout).toBe('no keys\n');

  const [id = ''] = listed.stdout.split(' ');
  expect(await runKeys(services, ['revoke', id])).toEqual({
    code: 0,
    stdout: `revoked ${id}; every process rejects it within 10 seconds\n`,
    stderr: '',
  });
  expect((await runKeys(services, ['list'])).stdout).toMatch(/ {2}revoked \S+\n$/);
  await expect(authenticate(services, token)).rejects.toMatchObject({ code: 'ACCESS_REVOKED' });
});

test('what is wrong is said, with what is right', async () => {
  const nobody = await runKeys(services, ['revoke', '0199aaaa-0000-7000-8000-000000000000']);
  expect(nobody).toEqual({
    code: 1,
    stdout: '',
    stderr: 'There is no key 0199aaaa-0000-7000-8000-000000000000. `keys list` shows all.\n',
  });
  const wrong = await runKeys(services, ['create', '--owner', 'ann', '--role', 'king']);
  expect(wrong).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^--role must be user or operator\.\nusage: npm run keys -- create/,
    ),
  });
});

test.each([
  [[]],
  [['destroy']],
  [['create']],
  [['create', '--owner', 'ann']],
  [['create', '--owner', '', '--role', 'user']],
  [['create', '--owner', 'x'.repeat(201), '--role', 'user']],
  [['create', '--owner', 'ann', '--role', 'user', 'more']],
  [['create', '--owner', 'ann', '--role', 'user', '--name', 'x'.repeat(101)]],
  [['create', '--owner', 'ann', '--role', 'user', '--expires-in-days', '0']],
  [['create', '--owner', 'ann', '--role', 'user', '--expires-in-days', '1.5']],
  [['create', '--owner', 'ann', '--role', 'user', '--expires-in-days', 'soon']],
  [['create', '--owner', 'ann', '--role', 'user', '--force']],
  [['list', 'ann']],
  [['list', '--role', 'user']],
  [['revoke']],
  [['revoke', 'a', 'b']],
  [['revoke', 'a', '--owner', 'ann']],
])('%j is answered with the usage', (args) => {
  expect(() => parseKeysCommand(args)).toThrow('usage: npm run keys -- create');
});

test('days that a key holds are read', () => {
  const args = ['create', '--owner', 'ann', '--role', 'user', '--expires-in-days', '30'];
  expect(parseKeysCommand(args)).toEqual({
    action: 'create',
    owner: 'ann',
    role: 'user',
    name: null,
    days: 30,
  });
});

test('in the embedded stack keys are made while no server has the folder', async () => {
  await using stack = await createTestStack('embedded');
  const args = ['create', '--owner', 'ann', '--role', 'user', '--expires-in-days', '1'];
  {
    await using _server = await startAppProcess('all', stack.env);
    const refused = await runKeys(stack, args);
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('in use'),
    });
  }
  const { stdout } = await runKeys(stack, args);
  const token = stdout.trimEnd().split('\n').at(-1)!;
  expect(await authenticate(stack, token)).toEqual({ role: 'user', owner: 'ann' });
});

/** All that the database has of keys, as text. */
async function readTable(): Promise<string> {
  const client = new pg.Client({ connectionString: services.env['DATABASE_URL'] });
  await client.connect();
  try {
    const { rows } = await client.query('select api_key::text as row from api_key');
    return rows.map(({ row }) => row as string).join('\n');
  } finally {
    await client.end();
  }
}
