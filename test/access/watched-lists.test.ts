import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobSelection } from '../environment/access/selections.ts';
import { startTwoTenants } from '../environment/access/two-tenants.ts';
import type { TwoTenants } from '../environment/access/two-tenants.ts';
import type { GraphQLClient } from '../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { bearer, operatorClaims, signIn } from '../environment/access/credentials.ts';
import { openTestWebSocket } from '../environment/clients/websocket.ts';

expectNoLeaks();

let tenants: TwoTenants;
let operator: string;

beforeAll(async () => {
  tenants = await startTwoTenants('external');
  operator = await signIn('operator', operatorClaims);
});

afterAll(() => tenants[Symbol.asyncDispose]());

test('who watches all jobs hears of their own, whatever they ask for', async () => {
  const { ann, ben, app } = tenants;
  const query = `subscription ($filter: JobFilter) { jobsUpdated(filter: $filter) { job { ${jobSelection} } } }`;
  const waiting = { states: ['DELAYED'] };
  await using anns = await openTestWebSocket(app.url, bearer(ann.token));
  await using bens = await openTestWebSocket(app.url, bearer(ben.token));
  await using all = await openTestWebSocket(app.url, bearer(operator));
  const own = anns.subscribe({ query, variables: { filter: waiting } });
  const others = [
    bens.subscribe({ query, variables: { filter: { owner: ann.ids.owner } } }),
    bens.subscribe({ query, variables: { filter: { videoId: ann.ids.videoId } } }),
  ];
  const bensOwn = bens.subscribe({ query, variables: { filter: waiting } });
  const seen = all.subscribe({
    query,
    variables: { filter: { ...waiting, owner: ann.ids.owner } },
  });
  // The waiting job, and that this is all there is.
  for (const heard of [own, bensOwn, seen]) await Promise.all([heard.next(), heard.next()]);
  await setPriority(ann.graphql, ann.ids.waitingJobId);
  for (const heard of [own, seen]) {
    expect((await heard.next()).payload.data.jobsUpdated).toMatchObject({
      job: { priority: 'LOW' },
    });
  }
  await setPriority(ben.graphql, ben.ids.waitingJobId);
  const { jobsUpdated } = (await bensOwn.next()).payload.data;
  expect(jobsUpdated).toMatchObject({ job: { id: ben.ids.waitingJobId, priority: 'LOW' } });
  for (const heard of [...others, bensOwn]) {
    expect(JSON.stringify(heard.all)).not.toContain(ann.mark);
  }
  for (const { all: messages } of others) {
    expect(messages.map(({ payload }) => payload.data.jobsUpdated.job)).toEqual([null]);
  }
});

async function setPriority(graphql: GraphQLClient, id: string): Promise<void> {
  await graphql.request(
    'mutation ($id: ID!) { setJobPriority(id: $id, priority: LOW) { __typename } }',
    { id },
  );
}
