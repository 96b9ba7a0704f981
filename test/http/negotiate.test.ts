import { describe, expect, test } from 'vitest';
import { negotiateResult, negotiateStream, wantsPage } from '../../src/http/graphql/negotiate.ts';

const json = 'application/json';
const response = 'application/graphql-response+json';
const events = 'text/event-stream';
const parts = 'multipart/mixed';

/** As clients send it. */
const apollo = `${parts};boundary=graphql;subscriptionSpec=1.0,${json}`;
const apolloKotlin = `${parts};deferSpec=20220824, ${response}, ${json}`;
const urql = `${response}, application/graphql+json, ${json}, ${events}, ${parts}`;
const java = 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2';
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('the result of a query', () => {
  test.each<[string | undefined, string | undefined]>([
    [undefined, json],
    ['', json],
    ['*/*', json],
    ['*', json],
    ['application/*', json],
    [`${json}; charset=utf8`, json],
    [`${json};charset="utf-8"`, json],
    ['APPLICATION/JSON', json],
    [`${json}, ${response}`, json],
    [`${response}, ${json};q=0.9`, response],
    [`${json};q=0.1, ${response}`, response],
    [`${json};q=0.1,${response};q=0.2`, response],
    [`*/*;q=0.1, ${response}`, response],
    [`application/*;q=0.5, ${response};q=0.4`, json],
    [`${json};q=0, */*`, response],
    [`${events};q=0.5, ${json}`, json],
    [`${events}, ${json};q=0.5`, events],
    // Of equals, one answer is simpler than a stream of one.
    [`${events}, ${json}`, json],
    [events, events],
    [parts, parts],
    [apollo, json],
    [apolloKotlin, response],
    [urql, response],
    [java, json],
    [`${json};q=1.0;level=1`, json],
    [`${json} ; Q=0.5 , ${response} ; q = 0.6`, response],
    [`${json};q=much`, json],
    [`${json};q=0`, undefined],
    [`${json};q=0.000, ${response};q=0`, undefined],
    ['text/plain', undefined],
    ['image/png;q=0.3', undefined],
    [';;,,', undefined],
  ])('to who accepts "%s" is %s', (accept, type) => {
    expect(negotiateResult(accept)).toBe(type);
  });
});

describe('a subscription', () => {
  test.each<[string | undefined, string | undefined]>([
    [events, events],
    [parts, parts],
    [`${events}, ${parts}`, events],
    [`${parts}, ${events}`, parts],
    [`${parts};q=0.5, ${events}`, events],
    [`${events};q=0.5, ${parts};q=0.6`, parts],
    [`${events};q=0, ${parts}`, parts],
    [`${events};q=0.1, ${json}`, events],
    ['text/*', events],
    ['multipart/*', parts],
    [apollo, parts],
    [urql, events],
    // They read one answer, and are told how to ask.
    [undefined, undefined],
    ['*/*', undefined],
    [json, undefined],
    [java, undefined],
    [`${events};q=0`, undefined],
  ])('of who accepts "%s" is answered in %s', (accept, type) => {
    expect(negotiateStream(accept)).toBe(type);
  });
});

test.each<[string | undefined, boolean]>([
  [browser, true],
  ['text/html', true],
  [`text/html, ${json}`, true],
  [`text/html;q=0.2, ${json}`, false],
  [`text/html;q=0`, false],
  [json, false],
  ['*/*', false],
  [undefined, false],
])('whether who accepts "%s" wants a page: %s', (accept, wants) => {
  expect(wantsPage(accept)).toBe(wants);
});
