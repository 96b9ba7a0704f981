import { expect, test } from 'vitest';
import { negotiateResult } from '../../../src/http/graphql/negotiate.ts';
import { createRedactor } from '../../../src/platform/redaction.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import { measureMemory } from '../../environment/app/memory.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { sendRequest } from '../../environment/clients/http-request.ts';

expectNoLeaks();

const megabyte = 1_000_000;

test('an Accept header that is as long as it may be takes no time', () => {
  const begunAt = process.cpuUsage();
  for (const range of ['a/b;q=0.1,', ';', ',', 'text/*;a="']) {
    negotiateResult(range.repeat(16_000 / range.length));
  }
  expect(process.cpuUsage(begunAt).user).toBeLessThan(1_000_000);
});

test('a text that is made for it is redacted in no more time', () => {
  const texts = ['eyJ'.repeat(100_000), 'fovea_'.repeat(50_000), '//'.repeat(100_000)];
  const redact = createRedactor([]);
  const begun = performance.now();
  for (const text of texts) redact(text);
  // Read again from each of its places, it would take minutes.
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test('a body of 20 MB is refused, and not kept', async () => {
  await using server = await startApiServer('external');
  const body = Buffer.alloc(20 * megabyte, ' ');
  const headers = { 'content-type': 'application/json' };
  const before = measureMemory();
  const { status } = await sendRequest(server.url, { method: 'POST', headers, body });
  expect(status).toBe(413);
  expect(measureMemory() - before).toBeLessThan(megabyte * 5);
});
