import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StartupError } from '../../src/errors.ts';
import {
  readAllTrusted,
  readTrustedDocuments,
} from '../../src/graphql/policy/trusted-documents.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const findJob = 'query FindJob($id: ID!) { job(id: $id) { id } }';
const watchJob = 'subscription WatchJob($id: ID!) { jobUpdated(id: $id) { id version } }';
/** Any key will do: nothing checks that it is a hash. */
const trusted = new Map([
  ['abc', findJob],
  ['def', watchJob],
]);

describe('the file of trusted documents', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fovea-documents-'));
    path = join(folder, 'documents.json');
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function read(content: unknown) {
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return readTrustedDocuments(path);
  }

  test('has them by their hashes', async () => {
    expect(await read(Object.fromEntries(trusted))).toEqual(trusted);
  });

  test('may be a manifest of Apollo Client', async () => {
    const operations = [...trusted].map(([id, body]) => ({ id, body, name: 'A', type: 'query' }));
    const format = 'apollo-persisted-query-manifest';
    expect(await read({ format, version: 1, operations })).toEqual(trusted);
  });

  test.each([
    ['no JSON', '{', 'is not JSON'],
    ['a list', [findJob], 'is neither'],
    ['something else by hash', { abc: { query: findJob } }, 'is neither'],
    ['an empty document', { abc: '' }, 'is neither'],
    [
      'a manifest of a later version',
      { format: 'apollo-persisted-query-manifest', version: 2, operations: [] },
      'is neither',
    ],
  ])('is refused when it is %s', async (_what, content, problem) => {
    const reading = read(content);
    await expect(reading).rejects.toThrow(StartupError);
    await expect(reading).rejects.toThrow(`PERSISTED_OPERATIONS: ${path} ${problem}`);
  });

  test('is joined by that of the console, where one is built', async () => {
    await writeFile(path, JSON.stringify({ abc: findJob }));
    const consolePath = join(folder, 'console.json');
    expect(await readAllTrusted(path, consolePath)).toEqual(new Map([['abc', findJob]]));
    await writeFile(consolePath, JSON.stringify({ def: watchJob }));
    expect(await readAllTrusted(path, consolePath)).toEqual(trusted);
    expect(await readAllTrusted(path, null)).toEqual(new Map([['abc', findJob]]));
    expect(await readAllTrusted(null, consolePath)).toBeNull();
  });

  test('is refused when it is not there', async () => {
    await expect(readTrustedDocuments(path)).rejects.toThrow(`${path} cannot be read`);
  });
});
