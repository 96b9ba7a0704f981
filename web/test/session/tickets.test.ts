import { beforeAll, expect, test } from 'vitest';
import { accounts, createTicket, signIn } from '../../../test/environment/access/credentials.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createGraphQLClient } from '../../../test/environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../../../test/environment/clients/graphql-client.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import { useConsole } from '../environment/console.ts';

expectNoLeaks();

const { open, app, model } = useConsole('embedded', { env: accounts });

let ann: GraphQLClient;
let jobId: string;

beforeAll(async () => {
  model.hold('/api/summarize');
  ann = createGraphQLClient(app.url, await signIn('ann'));
  jobId = (await startJob(ann, 'summarizeVideo', await createSubjects(ann)))['id'];
});

test('a ticket shows its job, is taken out of the address, and survives a reload', async () => {
  const ticket = await createTicket(ann, jobId);
  await using view = await open(`/jobs/${jobId}#ticket=${ticket}`);
  const { page } = view;
  await page.getByText(/live, version \d+/).waitFor();
  expect(page.url()).toBe(`${view.url}/jobs/${jobId}`);
  expect(await page.getByRole('navigation', { name: 'Screens' }).count()).toBe(0);
  await page.reload();
  await page.getByText(/live, version \d+/).waitFor();
  // Elsewhere it opens nothing: there one signs in.
  await page.goto(view.url);
  await page.getByLabel('Key or token').waitFor();
});

test('a link that is ended says so, over the last that came', async () => {
  const ticket = await createTicket(ann, jobId);
  await using view = await open(`/jobs/${jobId}#ticket=${ticket}`);
  await view.page.getByText(/live, version \d+/).waitFor();
  await ann.request(
    'mutation ($id: ID!) { revokeJobTickets(jobId: $id) { __typename ... on Error { message } } }',
    { id: jobId },
  );
  const dialog = view.page.getByRole('dialog', { name: 'This link has ended' });
  await dialog.waitFor();
  expect(await dialog.getByLabel('Key or token').count()).toBe(0);
  expect(new URL(view.page.url()).pathname).toBe(`/jobs/${jobId}`);
});

test('a tab of the same session is signed in by the one that is there, and signed out with it', async () => {
  await using first = await open();
  await first.page.getByLabel('Key or token').fill(await signIn('ann'));
  await first.page.getByRole('button', { name: 'Sign in' }).click();
  await first.page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
  await using second = await open('/settings');
  await second.page.getByText('Signed in as ann, a user.').waitFor();
  await second.page.getByRole('button', { name: 'Sign out' }).click();
  for (const { page } of [first, second]) {
    await page.getByLabel('Key or token').waitFor();
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  }
});

test('a page of the same origin hands over a token that it has', async () => {
  await using host = await open('/livez');
  const token = await signIn('olga');
  await host.page.evaluate((handed) => {
    const channel = new BroadcastChannel('fovea-jobs.session');
    channel.addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => {
      if (data.type === 'ask') channel.postMessage({ type: 'token', token: handed });
    });
  }, token);
  await using view = await open('/settings');
  await view.page.getByText('Signed in as olga').waitFor();
  await eventually(async () => expect(await view.page.getByText('live').count()).toBe(1));
});

test('a page of another origin is told nothing', async () => {
  await using first = await open();
  await first.page.getByLabel('Key or token').fill(await signIn('ann'));
  await first.page.getByRole('button', { name: 'Sign in' }).click();
  await first.page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
  await using other = await open('/livez');
  // The same server by another name is another origin.
  await other.page.goto(`${other.url.replace('127.0.0.1', 'localhost')}/livez`);
  await other.page.evaluate(() => {
    const heard: string[] = [];
    const channel = new BroadcastChannel('fovea-jobs.session');
    channel.addEventListener('message', ({ data }) => heard.push(JSON.stringify(data)));
    channel.postMessage({ type: 'ask' });
    Object.assign(globalThis, { heard });
  });
  // A tab that has the right to it asks later, and is answered.
  await using own = await open('/settings');
  await own.page.getByText('Signed in as ann').waitFor();
  const heard = () => (globalThis as unknown as { heard: string[] }).heard;
  expect(await other.page.evaluate(heard)).toEqual([]);
});
