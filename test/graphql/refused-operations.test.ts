import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer } from '../environment/app/api-server.ts';
import type { ApiServer } from '../environment/app/api-server.ts';
import { askFirst } from '../environment/clients/first-answer.ts';
import { createGraphQLClient, transports } from '../environment/clients/graphql-client.ts';
import type {
  GraphQLAnswer,
  GraphQLClient,
  Variables,
} from '../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

interface Refusal {
  fault: string;
  operation: string;
  variables?: Variables;
  code: string;
  message: RegExp;
}

const refusedQueries: Refusal[] = [
  {
    fault: 'a syntax error',
    operation: '{ jobs(',
    code: 'GRAPHQL_PARSE_FAILED',
    message: /^Syntax Error: /,
  },
  {
    fault: 'an unknown field',
    operation: '{ personas { shoeSize } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /^Cannot query field "shoeSize" on type "Persona"/,
  },
  {
    fault: 'a missing variable',
    operation: 'query ($id: ID!) { job(id: $id) { id } }',
    code: 'BAD_USER_INPUT',
    message: /^Variable "\$id" of required type "ID!" was not provided/,
  },
  {
    fault: 'an enum value that there is not',
    operation: 'query ($type: JobType!) { queue(type: $type) { paused } }',
    variables: { type: 'DANCING' },
    code: 'BAD_USER_INPUT',
    message: /^Variable "\$type" got invalid value "DANCING"/,
  },
  {
    fault: 'a fraction for an Int',
    operation: 'query ($first: Int) { jobs(first: $first) { edges { cursor } } }',
    variables: { first: 1.5 },
    code: 'BAD_USER_INPUT',
    message: /^Variable "\$first" got invalid value 1.5/,
  },
  {
    fault: 'an unknown input field',
    operation: 'query ($filter: JobFilter) { jobs(filter: $filter) { edges { cursor } } }',
    variables: { filter: { colour: 'red' } },
    code: 'BAD_USER_INPUT',
    message: /Field "colour" is not defined by type "JobFilter"/,
  },
  {
    fault: 'a cursor of no list',
    operation: '{ jobs(after: "here") { edges { cursor } } }',
    code: 'BAD_USER_INPUT',
    message: /^The cursor is not one of this list\. Pass one that this list returned\.$/,
  },
  {
    fault: 'a cursor with a NUL character',
    operation: 'query ($before: String) { jobs(before: $before, last: 1) { edges { cursor } } }',
    variables: { before: '\0' },
    code: 'BAD_USER_INPUT',
    message: /^The cursor is not one of this list\. Pass one that this list returned\.$/,
  },
  {
    fault: 'a cursor of videos with a NUL character',
    operation: 'query ($after: String) { videos(after: $after) { edges { cursor } } }',
    variables: { after: '\0' },
    code: 'BAD_USER_INPUT',
    message: /^The cursor is not one of this list\. Pass one that this list returned\.$/,
  },
];

const refusedSubscriptions: Refusal[] = [
  {
    fault: 'a syntax error',
    operation: 'subscription { jobUpdated(',
    code: 'GRAPHQL_PARSE_FAILED',
    message: /^Syntax Error: /,
  },
  {
    fault: 'an unknown field',
    operation:
      'subscription { jobUpdated(id: "0191e7a4-0000-7000-8000-000000000000") { shoeSize } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /^Cannot query field "shoeSize" on type "Job"/,
  },
  {
    fault: 'a missing variable',
    operation: 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }',
    code: 'BAD_USER_INPUT',
    message: /^Variable "\$id" of required type "ID!" was not provided/,
  },
  {
    fault: 'a fraction for an Int',
    operation: 'subscription ($after: Int) { jobUpdated(id: "none", after: $after) { id } }',
    variables: { after: 1.5 },
    code: 'BAD_USER_INPUT',
    message: /^Variable "\$after" got invalid value 1.5/,
  },
];

describe('an operation that reads nothing', () => {
  let server: ApiServer;
  let graphql: GraphQLClient;

  beforeAll(async () => {
    server = await startApiServer('external');
    graphql = createGraphQLClient(server.url);
  });

  afterAll(() => server[Symbol.asyncDispose]());

  describe.each(['post', ...transports] as const)('a query over %s', (transport) => {
    test.each(refusedQueries)('is refused for $fault, with $code', async (refusal) => {
      expectRefusal(await askFirst(graphql, transport, refusal), refusal);
    });
  });

  describe.each(transports)('a subscription over %s', (transport) => {
    test.each(refusedSubscriptions)('is refused for $fault, with $code', async (refusal) => {
      expectRefusal(await askFirst(graphql, transport, refusal), refusal);
    });
  });
});

function expectRefusal({ data, errors }: GraphQLAnswer, { code, message }: Refusal): void {
  expect(data ?? null).toBeNull();
  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.message).toMatch(message);
  expect(errors?.[0]?.extensions).toEqual({ code });
}
