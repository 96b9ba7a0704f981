import { expect, test } from 'vitest';
import { extractClaimsResponseSchema } from '../../../src/subjects/claims/wire.ts';
import { eventually } from '../eventually.ts';
import { startFakeModelService } from './fake-model-service.ts';
import type { FakePath } from './fake-model-service.ts';
import { createGate } from './gate.ts';
import { expectNoLeaks } from '../app/leaks.ts';

expectNoLeaks();

const summary = { summary_id: 's1', summary_text: 'A tug arrives, slowly. It leaves.' };

function post(url: string, path: FakePath, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(url + path, { method: 'POST', body: JSON.stringify(body), signal: signal ?? null });
}

test('a claim has the offsets of its text in the summary', async () => {
  await using service = await startFakeModelService();
  const response = await post(service.url, '/api/extract-claims', {
    ...summary,
    extraction_strategy: 'hierarchical',
    unknown_field: 1,
  });
  const { claims } = extractClaimsResponseSchema.parse(await response.json());
  expect(claims.map(({ text }) => text)).toEqual(['A tug arrives, slowly.', 'It leaves.']);
  for (const claim of claims.flatMap((whole) => [whole, ...whole.subclaims])) {
    const { char_start, char_end } = claim;
    expect(summary.summary_text.slice(char_start ?? 0, char_end ?? 0)).toBe(claim.text);
  }
});

test('a bad request is refused as pydantic does, with the input echoed', async () => {
  await using service = await startFakeModelService();
  const response = await post(service.url, '/api/extract-claims', {
    summary_id: 's1',
    max_claims: null,
  });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    detail: [
      { type: 'missing', loc: ['body', 'summary_text'], input: { summary_id: 's1' } },
      { loc: ['body', 'max_claims'], input: null },
    ],
  });
  const notJson = await fetch(`${service.url}/api/summarize`, { method: 'POST', body: '{' });
  expect(notJson.status).toBe(422);
  expect((await fetch(`${service.url}/api/none`)).status).toBe(404);
  expect(service.calls).toHaveLength(3);
});

test('a held call that its client gives up is seen as aborted, and no other', async () => {
  await using service = await startFakeModelService();
  const gate = service.hold('/api/extract-claims');
  const client = new AbortController();
  const given = post(service.url, '/api/extract-claims', summary, client.signal);
  await gate.reached();
  client.abort();
  await expect(given).rejects.toThrow();
  await eventually(() => expect(service.calls[0]?.aborted).toBe(true));
  gate.open();
  const response = await post(service.url, '/api/extract-claims', summary);
  expect(response.status).toBe(200);
  await response.json();
  expect(service.calls[1]?.aborted).toBe(false);
});

test('lines come as the gate lets them, and may be cut off', async () => {
  await using service = await startFakeModelService();
  const gate = createGate();
  const lines = [{ progress: 0.5 }, gate, { progress: 0.9 }];
  service.answer('/api/extract-claims', { lines, cutOff: true });
  const response = await post(service.url, '/api/extract-claims', summary);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toBe('{"progress":0.5}\n');
  gate.open();
  expect((await reader.read()).value).toBe('{"progress":0.9}\n');
  await expect(reader.read()).rejects.toThrow();
  expect(service.calls[0]?.aborted).toBe(false);
});

test('a connection is refused, garbage is sent, and a handler sees which call it is', async () => {
  await using service = await startFakeModelService();
  service.answer('/health', () => (service.calls.length === 1 ? 'refuse' : { text: '<html>' }));
  await expect(fetch(`${service.url}/health`)).rejects.toThrow();
  expect(service.calls[0]?.aborted).toBe(false);
  const response = await fetch(`${service.url}/health`);
  expect(await response.text()).toBe('<html>');
  service.answer('/health', {
    status: 429,
    headers: { 'retry-after': '7' },
    json: { detail: 'slow' },
  });
  const limited = await fetch(`${service.url}/health`);
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  await limited.text();
});
