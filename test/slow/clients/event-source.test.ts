import { afterAll, beforeAll, expect, test } from 'vitest';
import { revokeApiKey } from '../../../src/access/identity/api-keys.ts';
import { createTestStack } from '../../environment/app/app.ts';
import { startAppWithDatabase } from '../../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../../environment/app/app-with-database.ts';
import { insertTestJob } from '../../environment/jobs/insert-jobs.ts';
import { openBrowser } from '../../environment/programs/browser.ts';
import { eventually } from '../../environment/eventually.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { accounts, createKey, createTicket } from '../../environment/access/credentials.ts';

expectNoLeaks();

const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version } }';

const disposables = new AsyncDisposableStack();
let app: AppWithDatabase;

beforeAll(async () => {
  const stack = disposables.use(await createTestStack('embedded'));
  app = disposables.use(await startAppWithDatabase(stack, accounts));
});

afterAll(() => disposables.disposeAsync());

/** A job of Ann's of which nothing becomes by itself. */
async function insertJob(state: 'DELAYED' | 'CANCELED'): Promise<string> {
  return app.db.transaction().execute(async (trx) => {
    const { id } = await insertTestJob(trx);
    const row = { owner: 'ann', state, dispatchedAt: new Date() };
    await trx.updateTable('job').set(row).where('id', '=', id).execute();
    return id;
  });
}

function toAddress(id: string, ticket: string): string {
  const fields = { query, variables: JSON.stringify({ id }), ticket };
  return `${app.url}/graphql?${new URLSearchParams(fields).toString()}`;
}

test('a page tells a job that is over from a ticket that is', async () => {
  const key = await createKey(app.db, 'ann');
  const graphql = createGraphQLClient(app.url, key.token);
  const [over, waiting] = [await insertJob('CANCELED'), await insertJob('DELAYED')];
  const ticket = await createTicket(graphql, waiting);
  const addresses = {
    over: toAddress(over, await createTicket(graphql, over)),
    revoked: toAddress(waiting, ticket),
    wrong: toAddress(waiting, `${ticket.slice(0, -4)}AAAA`),
  };
  await using browser = await openBrowser();
  const [page = await browser.newPage()] = browser.pages();
  await page.route(`${app.url}/page`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>page</title>' }),
  );
  await page.goto(`${app.url}/page`);

  await page.evaluate((given) => {
    const seen: Record<string, string[]> = {};
    Object.assign(globalThis, { seen });
    for (const [name, address] of Object.entries(given)) {
      const events = (seen[name] = [] as string[]);
      const source = new EventSource(address);
      source.addEventListener('next', () => events.push('next'));
      source.addEventListener('error', () => events.push(`error ${source.readyState}`));
      source.addEventListener('complete', () => {
        events.push('complete');
        source.close();
      });
    }
  }, addresses);
  const readEvents = () =>
    page.evaluate(() => (globalThis as unknown as { seen: Record<string, string[]> }).seen);

  await eventually(async () => expect((await readEvents())['revoked']).toEqual(['next']));
  await revokeApiKey(app.db, key.id);
  // 0 says that the browser comes back by itself, 2 that it does not.
  await eventually(async () =>
    expect(await readEvents()).toEqual({
      over: ['next', 'complete'],
      wrong: ['error 2'],
      revoked: ['next', 'error 0', 'error 2'],
    }),
  );
});
