import { parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createQueryCost } from '../../src/graphql/policy/query-cost.ts';
import { schema } from '../../src/graphql/schema.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const { maxQueryCost } = readConfig({}, jobDefinitions).graphql;

/** All that a table of jobs shows. */
const table = `{ jobs(first: 100) { edges { node {
  id type state progress stage position attempts { number } } } } }`;
/** All that a page of videos shows. */
const videos = `{ videos(first: 50) { edges { node {
  id title createdAt durationSeconds mediaUrl summaries { id confidence createdAt modelsUsed }
  newestJob { id type state version progress stage createdAt completedAt waiting { message } error { code message } } } }
  pageInfo { hasNextPage endCursor } } }`;
const sized = 'query ($n: Int) { jobs(first: $n) { edges { node { logs { message } } } } }';

describe('what an operation costs', () => {
  const costOf = createQueryCost(schema);

  function price(query: string, variables: Record<string, unknown> = {}): number | undefined {
    const document = parse(query);
    const [definition] = document.definitions as OperationDefinitionNode[];
    return costOf({ document, definition: definition! }, variables);
  }

  test.each([
    ['{ job(id: "1") { id state } }', 3],
    ['{ job(id: "1") { attempts { number } } }', 1 + 1 + 3],
    ['{ jobs { edges { cursor } } }', 1 + 20 * 2],
    ['{ jobs(first: 5) { edges { cursor } } }', 1 + 5 * 2],
    ['{ jobs(last: 5) { edges { cursor } } }', 1 + 5 * 2],
    ['{ jobs(first: 100) { edges { cursor } } }', 1 + 100 * 2],
    ['{ job(id: "1") { logs { message } } }', 1 + 1 + 100],
    ['{ job(id: "1") { logs(first: 1000) { message } } }', 1 + 1 + 1_000],
    [
      '{ job(id: "1") { ...A } } fragment A on Job { id logs(first: 7) { message } }',
      1 + 1 + 1 + 7,
    ],
    ['{ __schema { types { name } } }', 1],
  ])('%s', (query, cost) => {
    expect(price(query)).toBe(cost);
  });

  test.each([
    ['{ jobs(first: 101) { edges { cursor } } }', '`first` must be from 0 to 100, not 101.'],
    ['{ videos(last: -1) { edges { cursor } } }', '`last` must be from 0 to 100, not -1.'],
    ['{ job(id: "1") { logs(first: 1001) { at } } }', '`first` must be from 0 to 1000, not 1001.'],
  ])('is none of a list of no size: %s', (query, message) => {
    expect(() => price(query)).toThrow(message);
  });

  test('follows the variables where they say how much is wanted', () => {
    const document = parse(sized);
    const [definition] = document.definitions as OperationDefinitionNode[];
    const prices = [1, 50, 1, undefined].map((n) =>
      costOf({ document, definition: definition! }, n === undefined ? {} : { n }),
    );
    const each = 1 + 1 + 1 + 100;
    expect(prices).toEqual([1, 50, 1, 20].map((n) => 1 + n * each));
  });

  test('of variables that do not fit is not said, and asked again', () => {
    const document = parse('query ($id: ID!) { job(id: $id) { id } }');
    const [definition] = document.definitions as OperationDefinitionNode[];
    expect(costOf({ document, definition: definition! }, {})).toBeUndefined();
    expect(costOf({ document, definition: definition! }, { id: '1' })).toBe(2);
  });

  test('lets through what a page of ours asks for, by far', () => {
    expect(price(table)).toBeLessThan(maxQueryCost / 5);
    expect(price(videos)).toBeLessThan(maxQueryCost / 2);
  });
});
