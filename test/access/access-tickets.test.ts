import { afterAll, beforeAll, expect, test } from 'vitest';
import { actions } from '../environment/access/actions.ts';
import { jobSelection } from '../environment/access/selections.ts';
import { startTwoTenants } from '../environment/access/two-tenants.ts';
import type { TwoTenants } from '../environment/access/two-tenants.ts';
import type { Ids } from '../environment/subjects/test-subject.ts';
import {
  sendOverHttp,
  listRootFields,
  readCodes,
  readHeaders,
  toDocument,
} from '../environment/access/run-action.ts';
import type { RootField } from '../environment/access/run-action.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { bearer, createTicket } from '../environment/access/credentials.ts';
import { readEvents } from '../environment/clients/event-stream.ts';
import { openTestWebSocket } from '../environment/clients/websocket.ts';

expectNoLeaks();

const opened = new Set(['jobUpdated', 'jobLogAdded']);
const asked = listRootFields().flatMap((root) =>
  (actions[root.field.name] ?? []).map((action) => ({ root, action })),
);
const closed = asked.filter(({ root }) => !opened.has(root.field.name));
const subscription: Pick<RootField, 'kind'> = { kind: 'subscription' };
const jobUpdated = `subscription ($id: ID!) { jobUpdated(id: $id) { ${jobSelection} } }`;

let tenants: TwoTenants;
let ids: Ids;
let ticket: string;

beforeAll(async () => {
  tenants = await startTwoTenants('external');
  ({ ids } = tenants.ann);
  ticket = await createTicket(tenants.ann.graphql, ids.jobId);
});

afterAll(() => tenants[Symbol.asyncDispose]());

function watch(id: string, by = ticket, query = jobUpdated) {
  return sendOverHttp(
    tenants.app.url,
    subscription,
    { query, variables: { id, after: 0 } },
    bearer(by),
  );
}

test('a ticket opens two subscriptions, and nothing else', async () => {
  const before = await readVersions();
  await using socket = await openTestWebSocket(tenants.app.url, { ticket });
  for (const { root, action } of closed) {
    const sent = { query: toDocument(root, action), variables: action.variables?.(ids) ?? {} };
    const { status, body } = await sendOverHttp(tenants.app.url, root, sent, bearer(ticket));
    if (root.kind !== 'subscription') expect(status).toBe(403);
    expect(readCodes(body)).toEqual(['FORBIDDEN']);
    expect(readCodes(await socket.request(sent.query, sent.variables))).toEqual(['FORBIDDEN']);
  }
  expect(await readVersions()).toEqual(before);
  const metrics = await fetch(`${tenants.app.url}/metrics?ticket=${ticket}`);
  expect(metrics.status).toBe(403);
});

async function readVersions() {
  const { db } = tenants.app;
  return db.selectFrom('job').select(['id', 'version']).orderBy('id').execute();
}

test('it shows a job and what that made, and no more of its owner’s', async () => {
  const { body } = await watch(ids.jobId);
  const { data, errors } = JSON.parse(body);
  expect(data.jobUpdated).toMatchObject({ id: ids.jobId, owner: null, pipeline: null });
  expect(data.jobUpdated.result).toBeNull(); // its persona and the path of its video must be there, or it is not
  expect(new Set(readCodes(body))).toEqual(new Set(['FORBIDDEN']));
  expect(errors[0].path.join('.')).toMatch(/^jobUpdated\.result\.(video\.path|persona)$/);
  expect(data.jobUpdated.subject).toEqual({
    title: expect.stringContaining(tenants.ann.mark),
    video: { id: ids.videoNodeId, title: expect.stringContaining(tenants.ann.mark) },
    persona: null,
  });
  const plain = `subscription ($id: ID!) { jobUpdated(id: $id) {
      ... on VideoSummarizationJob { result { id text claims { text } } } } }`;
  const { result } = JSON.parse((await watch(ids.jobId, ticket, plain)).body).data.jobUpdated;
  expect(result).toEqual({
    id: ids.summaryId,
    text: expect.stringContaining(tenants.ann.mark),
    claims: [], // another job found them
  });
});

test('what another job made is not there for it', async () => {
  const { graphql } = tenants.ann;
  const ofExtraction = await createTicket(graphql, ids.extractionJobId);
  const extraction = await watch(ids.extractionJobId, ofExtraction);
  expect(readCodes(extraction.body)).toEqual(['FORBIDDEN']);
  expect(extraction.body).not.toContain('Analyst');
  const ofSynthesis = await createTicket(graphql, ids.synthesisJobId);
  const synthesis = await watch(ids.synthesisJobId, ofSynthesis);
  expect(JSON.parse(synthesis.body).data.jobUpdated.result).toMatchObject({
    id: ids.synthesisId,
    summaries: [],
  });
  const ofLastStep = await createTicket(graphql, ids.pipelineJobId);
  const { jobUpdated: step } = JSON.parse((await watch(ids.pipelineJobId, ofLastStep)).body).data;
  expect(step).toMatchObject({ id: ids.pipelineJobId, pipeline: null });
});

test('any other job is not there for it', async () => {
  const { ann, ben, missing, app } = tenants;
  await using socket = await openTestWebSocket(app.url, { ticket });
  const others = [ids.extractionJobId, ids.waitingJobId.toUpperCase(), ben.ids.jobId];
  for (const field of ['jobUpdated', 'jobLogAdded']) {
    const query = `subscription ($id: ID!) { ${field}(id: $id) { __typename } }`;
    const none = forget(JSON.stringify(await watch(missing.jobId, ticket, query)), missing.jobId);
    expect(none).toContain('NOT_FOUND');
    for (const id of others) {
      expect(forget(JSON.stringify(await watch(id, ticket, query)), id)).toBe(none);
      const heard = forget(await socket.request(query, { id }), id);
      expect(heard).toBe(forget(await socket.request(query, { id: missing.jobId }), missing.jobId));
    }
  }
  const poll = async (id: string) => {
    const response = await fetch(`${app.url}/api/jobs/${id}`, { headers: bearer(ticket) });
    return [response.status, readHeaders(response), await response.text()];
  };
  for (const id of others) expect(await poll(id)).toEqual(await poll(missing.jobId));
  expect((await poll(missing.jobId))[0]).toBe(404);
  const [status, , body] = await poll(ids.jobId);
  expect(status).toBe(200);
  expect(JSON.parse(body as string)).toMatchObject({ jobId: ids.jobId, state: 'completed' });
  expect(body).not.toContain(ann.ids.owner);
});

test('a browser’s EventSource has it in its address', async () => {
  const query = 'subscription ($id: ID!) { jobLogAdded(id: $id) { sequence message } }';
  const fields = new URLSearchParams({
    query,
    variables: JSON.stringify({ id: ids.jobId }),
    ticket,
  });
  const response = await fetch(`${tenants.app.url}/graphql?${fields}`, {
    headers: { accept: 'text/event-stream' },
  });
  const lines: unknown[] = [];
  for await (const { name, text } of readEvents(response)) {
    if (name === 'next') lines.push(JSON.parse(text).data.jobLogAdded.sequence);
  }
  expect(lines.length).toBeGreaterThan(0);
  expect(lines).toEqual(lines.map((_line, index) => index + 1));
});

function forget(text: string, id: string): string {
  return text.replaceAll(id, '<it>');
}
