import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/platform/redaction.ts';

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl-_';

describe('a known secret', () => {
  const secrets = [
    'redis://worker:p%40ss%2Fword@redis:6379',
    'postgres://fovea@db/fovea?password=by-parameter',
    'quote"and\\back',
    'quote"and\\back\\',
    '12345678',
    'short',
  ];
  const redact = createRedactor(secrets);

  test.each([
    ['redis://worker:p%40ss%2Fword@redis:6379', '[redacted]'],
    ['WRONGPASS p%40ss%2Fword', 'WRONGPASS [redacted]'],
    ['WRONGPASS p@ss/word', 'WRONGPASS [redacted]'],
    ['by-parameter', '[redacted]'],
    ['quote"and\\back', '[redacted]'],
    ['PIN 12345678', 'PIN [redacted]'],
    ['a short walk', 'a short walk'],
  ])('is removed from %j', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  test('is removed from a line of JSON, which stays valid', () => {
    const line = { time: 12345678, list: [12345678, -12345678], secrets, nested: { jwt } };
    const cleaned = redact(JSON.stringify(line));
    expect(JSON.parse(cleaned)).toEqual({
      time: 12345678,
      list: [12345678, -12345678],
      secrets: [...Array.from({ length: 5 }, () => '[redacted]'), 'short'],
      nested: { jwt: '[redacted]' },
    });
  });
});

describe('what looks like a credential', () => {
  const redact = createRedactor([]);

  test.each([
    ['https://user:word@host/path', 'https://[redacted]@host/path'],
    ['authorization: Bearer abc.def-123', 'authorization: Bearer [redacted]'],
    ['"authorization":"basic dXNlcjp3b3Jk"', '"authorization":"basic [redacted]"'],
    [`token ${jwt}.`, 'token [redacted].'],
    ['key fovea_k3y0_0123456789abcdefghij-_', 'key [redacted]'],
    [`GET /api/jobs/1?a=b&ticket=${jwt}&c=d`, 'GET /api/jobs/1?a=b&ticket=[redacted]&c=d'],
    [String.raw`{"a":"?token=abc\"def"}`, String.raw`{"a":"?token=[redacted]\"def"}`],
  ])('is removed from %s', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  test.each([
    'fovea_reconciler_repairs_total',
    'fovea_template_1a2b',
    'http://host:4000/graphql',
    'the bearer of news',
    'a@b.example',
  ])('is not seen in %s', (text) => {
    expect(redact(text)).toBe(text);
  });
});
