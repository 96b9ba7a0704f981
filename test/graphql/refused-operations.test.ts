import { describe, expect, test } from 'vitest';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { askFirst } from '../environment/clients/first-answer.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import type { GraphQLAnswer, Variables } from '../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

type Expected = Pick<Refusal, 'fault' | 'code' | 'message'>;

interface Refusal {
  fault: string;
  operation: string;
  variables?: Variables;
  code: string;
  message: RegExp;
}

const syntaxError: Expected = {
  fault: 'a syntax error',
  code: 'GRAPHQL_PARSE_FAILED',
  message: /^Syntax Error: /,
};
const unknownField = (type: string): Expected => ({
  fault: 'an unknown field',
  code: 'GRAPHQL_VALIDATION_FAILED',
  message: new RegExp(`^Cannot query field "shoeSize" on type "${type}"`),
});
const missingVariable: Expected = {
  fault: 'a missing variable',
  code: 'BAD_USER_INPUT',
  message: /^Variable "\$id" of required type "ID!" was not provided/,
};
const wrongVariable = (fault: string, name: string, value: string): Expected => ({
  fault,
  code: 'BAD_USER_INPUT',
  message: new RegExp(`^Variable "\\$${name}" got invalid value ${value}`),
});
const wrongCursor = (fault: string): Expected => ({
  fault,
  code: 'BAD_USER_INPUT',
  message: /^The cursor is not one of this list\. Pass one that this list returned\.$/,
});

const refusedQueries: Refusal[] = [
  { ...syntaxError, operation: '{ jobs(' },
  { ...unknownField('Persona'), operation: '{ personas { shoeSize } }' },
  { ...missingVariable, operation: 'query ($id: ID!) { job(id: $id) { id } }' },
  {
    ...wrongVariable('an enum value that there is not', 'type', '"DANCING"'),
    operation: 'query ($type: JobType!) { queue(type: $type) { paused } }',
    variables: { type: 'DANCING' },
  },
  {
    ...wrongVariable('a fraction for an Int', 'first', '1.5'),
    operation: 'query ($first: Int) { jobs(first: $first) { edges { cursor } } }',
    variables: { first: 1.5 },
  },
  {
    fault: 'an unknown input field',
    operation: 'query ($filter: JobFilter) { jobs(filter: $filter) { edges { cursor } } }',
    variables: { filter: { colour: 'red' } },
    code: 'BAD_USER_INPUT',
    message: /Field "colour" is not defined by type "JobFilter"/,
  },
  {
    ...wrongCursor('a cursor of no list'),
    operation: '{ jobs(after: "here") { edges { cursor } } }',
  },
  {
    ...wrongCursor('a cursor with a NUL character'),
    operation: 'query ($before: String) { jobs(before: $before, last: 1) { edges { cursor } } }',
    variables: { before: '\0' },
  },
  {
    ...wrongCursor('a cursor of videos with a NUL character'),
    operation: 'query ($after: String) { videos(after: $after) { edges { cursor } } }',
    variables: { after: '\0' },
  },
];

const refusedSubscriptions: Refusal[] = [
  { ...syntaxError, operation: 'subscription { jobUpdated(' },
  {
    ...unknownField('Job'),
    operation:
      'subscription { jobUpdated(id: "0191e7a4-0000-7000-8000-000000000000") { shoeSize } }',
  },
  { ...missingVariable, operation: 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }' },
  {
    ...wrongVariable('a fraction for an Int', 'after', '1.5'),
    operation: 'subscription ($after: Int) { jobUpdated(id: "none", after: $after) { id } }',
    variables: { after: 1.5 },
  },
];

describe('an operation that reads nothing', () => {
  const server = useApiServer('external');

  describe.each(['post', ...transports] as const)('a query over %s', (transport) => {
    test.each(refusedQueries)('is refused for $fault, with $code', async (refusal) => {
      expectRefusal(await askFirst(server.graphql, transport, refusal), refusal);
    });
  });

  describe.each(transports)('a subscription over %s', (transport) => {
    test.each(refusedSubscriptions)('is refused for $fault, with $code', async (refusal) => {
      expectRefusal(await askFirst(server.graphql, transport, refusal), refusal);
    });
  });
});

function expectRefusal({ data, errors }: GraphQLAnswer, { code, message }: Refusal): void {
  expect(data ?? null).toBeNull();
  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.message).toMatch(message);
  expect(errors?.[0]?.extensions).toEqual({ code });
}
