import { expect, test } from 'vitest';
import { startBaselineModel } from '../../../src/stack/baseline-model.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { eventually } from '../../environment/eventually.ts';

expectNoLeaks();

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const options = {
  host: '127.0.0.1',
  port: 0,
  token: 'a-token-of-ours',
  mediaRoot: new URL('../../../samples', import.meta.url).pathname,
  stepDelayMs: 0,
  logger: silent,
};
const headers = { 'content-type': 'application/json', authorization: `Bearer ${options.token}` };
const claims = JSON.stringify({ summary_id: 's', summary_text: 'The bridge is open.' });

test('input that takes all memory of the model service ends the call, and it is started again', async () => {
  const faults: unknown[] = [];
  const logger = { ...silent, error: (fields: unknown) => faults.push(fields) };
  // Enough to serve, too little for the language model.
  await using service = await startBaselineModel({ ...options, logger, maxHeapMb: 28 });
  const call = fetch(`${service.url}/api/extract-claims`, {
    method: 'POST',
    headers,
    body: claims,
  });
  await expect(call).rejects.toThrow();
  await eventually(async () => {
    expect((await fetch(`${service.url}/health`, { headers })).status).toBe(200);
  });
  expect(faults).toMatchObject([{ err: { code: 'ERR_WORKER_OUT_OF_MEMORY' } }]);
});
