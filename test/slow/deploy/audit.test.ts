import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { runAudit, startNpmRegistry } from '../../environment/programs/npm-registry.ts';

expectNoLeaks();
const advisory = {
  id: 1,
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  title: 'It does what it should not',
  severity: 'high',
  vulnerable_versions: '<2.0.0',
  cwe: [],
  cvss: { score: 0, vectorString: null },
};
const ours = { id: 'GHSA-aaaa-bbbb-cccc', reason: 'That part of it is not used.' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-audit-'));
  const packages = {
    '': { name: 'audited', version: '1.0.0', dependencies: { leaky: '1.0.0' } },
    'node_modules/leaky': { version: '1.0.0' },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(packages['']));
  const lock = { name: 'audited', version: '1.0.0', lockfileVersion: 3, packages };
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Audits the folder against a registry with this answer. */
async function audit(answer: { status: number; body: unknown }, exceptions: unknown = []) {
  await using registry = await startNpmRegistry(answer);
  const exceptionsPath = join(folder, 'exceptions.json');
  await writeFile(exceptionsPath, JSON.stringify(exceptions));
  const result = await runAudit({ folder, exceptionsPath, registry: registry.url });
  expect(registry.audits, result.output).toBeGreaterThan(0);
  return result;
}

const found = { status: 200, body: { leaky: [advisory] } };
const none = { status: 200, body: {} };

test('an advisory fails, and is named', async () => {
  const { code, output } = await audit(found);
  expect(output).toContain(
    'audit: GHSA-aaaa-bbbb-cccc (high) leaky <2.0.0: It does what it should',
  );
  expect(code).toBe(1);
});

test('without an advisory it passes', async () => {
  expect(await audit(none)).toEqual({ code: 0, output: expect.stringContaining('no known') });
});

describe('an exception', () => {
  test('lets its advisory pass', async () => {
    const { code, output } = await audit(found, [{ ...ours, until: '9999-12-31' }]);
    expect(code, output).toBe(0);
  });

  test('fails once its time is over', async () => {
    const { code, output } = await audit(found, [{ ...ours, until: '2020-01-31' }]);
    expect(output).toContain('the exception of GHSA-aaaa-bbbb-cccc was good until 2020-01-31');
    expect(code).toBe(1);
  });

  test('fails when its advisory no longer exists', async () => {
    const { code, output } = await audit(none, [{ ...ours, until: '9999-12-31' }]);
    expect(output).toContain('the exception of GHSA-aaaa-bbbb-cccc is not needed');
    expect(code).toBe(1);
  });
});

describe('a registry', () => {
  test('that answers no audits is reported', async () => {
    const { code, output } = await audit({ status: 405, body: '' });
    expect(output).toContain('audit: not checked: the registry answers no audits');
    expect(code).toBe(0);
  });

  test.each([
    ['fails', { status: 500, body: '{}' }],
    ['requires a login', { status: 401, body: '{}' }],
    ['does not answer with JSON', { status: 200, body: 'garbage <html>' }],
  ])('that %s fails', async (_how, answer) => {
    const { code, output } = await audit(answer);
    expect(output).toContain('audit: ');
    expect(output).not.toContain('not checked');
    expect(code).toBe(1);
  });
});

test.each([[[{ id: ours.id }]], [[{ ...ours, until: 'soon' }]]])(
  'an exception without reason and date is refused: %j',
  async (exceptions) => {
    const exceptionsPath = join(folder, 'exceptions.json');
    await writeFile(exceptionsPath, JSON.stringify(exceptions));
    const { code, output } = await runAudit({ folder, exceptionsPath, registry: 'http://[::1]:1' });
    expect(output).toContain('an exception wants id, reason and until');
    expect(code).toBe(1);
  },
);
