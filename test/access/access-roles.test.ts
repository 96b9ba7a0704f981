import { afterAll, beforeAll, expect, test } from 'vitest';
import { actions } from '../environment/access/actions.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import type { Action, Ids } from '../environment/subjects/test-subject.ts';
import { startTwoTenants } from '../environment/access/two-tenants.ts';
import type { TwoTenants } from '../environment/access/two-tenants.ts';
import {
  sendOverHttp,
  listRootFields,
  readCodes,
  toDocument,
} from '../environment/access/run-action.ts';
import type { HttpAnswer, RootField } from '../environment/access/run-action.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../environment/clients/graphql-client.ts';
import { followJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { bearer, operatorClaims, signIn } from '../environment/access/credentials.ts';

expectNoLeaks();

/** Changes what is there: asked for by those who may where it is looked at what came of it. */
const changing =
  /^(setJobPriority|retryJob|cancelJobs?|retryFailedJobs|(register|update|delete)Video|(update|delete)Persona|revokeJobTickets)$/;
/** Says nothing where nothing happens. */
const silent = 'jobsUpdated';
const asked = listRootFields().flatMap((root) =>
  (actions[root.field.name] ?? []).map((action) => ({ root, action, name: root.field.name })),
);
const lasting = asked.filter(({ name }) => !changing.test(name) && name !== silent);

let tenants: TwoTenants;
let operator: string;
let operating: GraphQLClient;

beforeAll(async () => {
  tenants = await startTwoTenants('external');
  operator = await signIn('operator', operatorClaims);
  operating = createGraphQLClient(tenants.app.url, operator);
});

afterAll(() => tenants[Symbol.asyncDispose]());

async function ask(token: string, root: RootField, action: Action, ids: Ids) {
  const sent = { query: toDocument(root, action), variables: action.variables?.(ids) ?? {} };
  return sendOverHttp(tenants.app.url, root, sent, bearer(token));
}

test('an owner has all that is theirs, and nothing of another’s with the same id', async () => {
  for (const [tenant, other] of [
    [tenants.ben, tenants.ann],
    [tenants.ann, tenants.ben],
  ] as const) {
    for (const { root, action } of lasting) {
      const { body } = await ask(tenant.token, root, action, tenant.ids);
      expect(body).not.toContain(other.mark);
      if (action.circle === 'operators') continue;
      if (!hasCursor(action)) expect(body).toContain(action.shows ?? tenant.mark);
    }
  }
});

test('an operator reads what everybody has, and starts nothing with what is theirs', async () => {
  for (const { root, action } of lasting) {
    const { status, body } = await ask(operator, root, action, tenants.ann.ids);
    expect(status).toBe(200);
    if (action.circle !== 'owner') expect(body).toContain(action.shows ?? tenants.ann.mark);
    else expect(body).toMatch(/"__typename":"NotFoundError"/);
  }
  const { jobs } = await operating.request('{ jobs(first: 50) { edges { node { owner } } } }');
  const owners = jobs.edges.map(({ node }: { node: { owner: string } }) => node.owner);
  expect(new Set(owners)).toEqual(new Set([tenants.ann.ids.owner, tenants.ben.ids.owner]));
  const metrics = await fetch(`${tenants.app.url}/metrics`, { headers: bearer(operator) });
  expect(await metrics.text()).toContain('fovea_');
});

test('what is for operators is forbidden for users, and has no effect', async () => {
  for (const { root, action } of asked.filter(({ action }) => action.circle === 'operators')) {
    const { body } = await ask(tenants.ben.token, root, action, tenants.ben.ids);
    expect(readCodes(body)).toContain('FORBIDDEN');
    expect(body).not.toContain(action.shows);
  }
  const metrics = await fetch(`${tenants.app.url}/metrics`, {
    headers: bearer(tenants.ben.token),
  });
  expect([metrics.status, readCodes(await metrics.text())]).toEqual([403, ['FORBIDDEN']]);
  const { queues } = await operating.request('{ queues { paused } }');
  expect(queues).toEqual(queues.map(() => ({ paused: false })));
});

test('HIGH is for operators, unless it is set otherwise', async () => {
  const { ids, graphql } = tenants.ann;
  const [{ videoId, personaId, waitingJobId: id }, options] = [ids, { priority: 'HIGH' }];
  const input = { videoId, personaId };
  const refusal = (path: string[]) => ({
    issues: [{ path, message: 'HIGH is for operators only: choose NORMAL or LOW.' }],
  });
  const start = await graphql.request(
    `mutation ($input: SummarizeVideoInput!, $analysis: AnalyzeVideoInput!, $options: JobOptions) {
        summarizeVideo(input: $input, options: $options) { ${issues} }
        analyzeVideo(input: $analysis, options: $options) { ${issues} }
      }`,
    { input, analysis: input, options },
  );
  const inOptions = refusal(['options', 'priority']);
  expect(start).toEqual({ summarizeVideo: inOptions, analyzeVideo: inOptions });
  const raise = `mutation ($id: ID!) { setJobPriority(id: $id, priority: HIGH) {
      ${issues} ... on SetJobPriorityPayload { job { priority } } } }`;
  expect(await graphql.request(raise, { id })).toEqual({ setJobPriority: refusal(['priority']) });
  const raised = await operating.request(raise, { id });
  expect(raised).toEqual({ setJobPriority: { job: { priority: 'HIGH' } } });
});

test('what is for operators is null for users, beside what is for everybody', async () => {
  const query = '{ queues { type workers workersDetail { name } } }';
  const { data, errors } = await tenants.ben.graphql.send(query);
  expect(data?.['queues']).toHaveLength(jobDefinitions.length);
  for (const queue of data!['queues']) {
    expect(queue).toMatchObject({ workers: expect.any(Number), workersDetail: null });
  }
  expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(
    data!['queues'].map(() => 'FORBIDDEN'),
  );
});

test('an operator calls off, starts over and puts in order what is others’', async () => {
  const { ids, graphql, token } = tenants.ann;
  const change = (name: string) => {
    const found = asked.find((action) => action.name === name)!;
    return ask(operator, found.root, found.action, ids);
  };
  for (const [name, id, state] of [
    ['cancelJob', ids.waitingJobId, 'CANCELED'],
    ['retryJob', ids.failedJobId, 'COMPLETED'],
  ] as const) {
    expect((await change(name)).body).toContain(tenants.ann.mark);
    const last = (await followJob(graphql, 'sse', id)).at(-1);
    expect(last).toMatchObject({ id, state });
  }
  for (const name of ['cancelJobs', 'retryFailedJobs']) {
    expect((await change(name)).body).toMatch(/"changed":0,"unchanged":0/);
  }
  await expectPaused(change('pauseQueue'), true);
  const { root, action } = asked.find(({ name }) => name === 'queue')!;
  await expectPaused(ask(token, root, action, ids), true);
  const query = `{ queue(type: VIDEO_SUMMARIZATION) { pausedBy } }`;
  expect(await graphql.request(query)).toEqual({ queue: { pausedBy: null } });
  await expectPaused(change('resumeQueue'), false);
});

const issues = '... on ValidationError { issues { path message } }';

/** Where such a page begins says whom it is for; what is on it does not. */
function hasCursor({ variables }: Action): boolean {
  const given = Object.keys(variables?.(new Proxy({} as Ids, { get: () => '' })) ?? {});
  return given.includes('first') || given.includes('last');
}

async function expectPaused(answer: Promise<HttpAnswer>, paused: boolean): Promise<void> {
  expect((await answer).body).toContain(`"paused":${paused}`);
}
