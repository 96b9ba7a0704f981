import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { accounts, operatorClaims, signIn } from '../../../test/environment/access/credentials.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createGraphQLClient } from '../../../test/environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../../../test/environment/clients/graphql-client.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole('embedded', {
  env: { ...accounts, VIDEO_SUMMARIZATION_CONCURRENCY: '1' },
});
const run = promisify(execFile);

let token: string;
let ann: GraphQLClient;
let running: string;
let waiting: string;

beforeAll(async () => {
  token = await signIn('ann');
  ann = createGraphQLClient(app.url, token);
  const input = await createSubjects(ann);
  const gate = model.hold('/api/summarize');
  running = (await startJob(ann, 'summarizeVideo', input))['id'];
  await gate.reached();
  waiting = (await startJob(ann, 'summarizeVideo', input))['id'];
});

const openAs = (key: string, path: string) =>
  open(path, {
    prepare: async (page) => {
      await page.addInitScript((given) => sessionStorage.setItem('fovea-jobs.token', given), key);
    },
  });

test('what a page shows is copied for programs, and works as it is', async () => {
  await using view = await openAs(token, `/jobs/${running}`);
  const { page } = view;
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Copy as GraphQL, curl or hook' }).click();
  const read = async (name: string) =>
    (await page.getByRole('region', { name }).locator('pre').textContent())!;

  const command = (await read('curl')).replace('$TOKEN', token);
  const { stdout } = await run('sh', ['-c', command]);
  expect(JSON.parse(stdout)).toMatchObject({ data: { job: { id: running, state: 'ACTIVE' } } });

  const updates = ann.subscribe('websocket', await read('GraphQL'), {});
  const { value } = await updates.next();
  expect(value).toMatchObject({ data: { jobUpdated: { id: running, state: 'ACTIVE' } } });
  await updates.return?.();

  expect(await read('React')).toContain(`useJob('${running}')`);
  expect(view.problems).toEqual([]);
});

test('the row of a job that waits has its place and when it may begin; an operator sees whose it is', async () => {
  await using own = await openAs(token, '/');
  const row = own.page.locator(`[data-id="${waiting}"]`);
  await row.getByText('next in line').waitFor();
  expect(await own.page.getByRole('columnheader', { name: 'Owner' }).count()).toBe(0);
  await using others = await openAs(await signIn('olga', operatorClaims), '/');
  await others.page.getByRole('columnheader', { name: 'Owner' }).waitFor();
  await others.page.locator(`[data-id="${waiting}"]`).getByText('ann', { exact: true }).waitFor();
});
