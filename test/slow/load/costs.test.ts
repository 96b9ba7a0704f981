import { expect, test } from 'vitest';
import { negotiateResult } from '../../../src/http/graphql/negotiate.ts';
import { createRedactor } from '../../../src/platform/redaction.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import { measureMemory } from '../../environment/app/memory.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { sendRequest } from '../../environment/clients/http-request.ts';

expectNoLeaks();

/** The time of a call, in µs: the least of many, as other processes, compiling and collecting garbage may add to any. */
function costOf(work: () => void): number {
  const costs = Array.from({ length: 20 }, () => {
    const before = performance.now();
    work();
    return (performance.now() - before) * 1_000;
  });
  return Math.min(...costs);
}

/** Expects that a long text costs about as much as its 16 pieces: with quadratic time it would cost 16 times as much. */
function expectLinear(work: (text: string) => void, piece: string): void {
  const pieces = 16;
  const long = piece.repeat(pieces);
  const ofPieces = costOf(() => {
    for (let index = 0; index < pieces; index += 1) work(piece);
  });
  expect(costOf(() => work(long))).toBeLessThan(4 * ofPieces + 1_000);
}

test.each(['a/b;q=0.1,', ';', ',', 'text/*;a="'])(
  'the cost of an Accept header of %s repeated grows with its length',
  (range) => {
    const piece = range.repeat(1_000 / range.length);
    expectLinear((header) => {
      for (let time = 0; time < 20; time += 1) negotiateResult(header);
    }, piece);
  },
);

test.each(['eyJ', 'fovea_', '//'])(
  'the cost of redacting %s repeated grows with its length',
  (start) => {
    expectLinear(createRedactor([]), start.repeat(20_000 / start.length));
  },
);

test('a body of 20 MB is refused, and not kept', async () => {
  await using server = await startApiServer('external');
  const body = Buffer.alloc(20_000_000, ' ');
  const headers = { 'content-type': 'application/json' };
  const before = measureMemory();
  const { status } = await sendRequest(server.url, { method: 'POST', headers, body });
  expect(status).toBe(413);
  expect(measureMemory() - before).toBeLessThan(body.length / 4);
});
