import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { Database } from '../../src/db/tables.ts';
import { createInspector } from '../../src/doctor/installation.ts';
import { ok } from '../../src/doctor/finding.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { createGate } from '../environment/model-service/gate.ts';

/** One whose examination waits at a gate. */
function createTestInspector(deadlineMs?: number) {
  const gate = createGate();
  let runs = 0;
  const inspector = createInspector({
    db: {} as Database,
    queues: undefined,
    config: readConfig({}, jobDefinitions),
    definitions: jobDefinitions,
    clock: { now: () => 0 },
    logger: createLogger('silent', false),
    run: async () => {
      runs += 1;
      await gate.wait();
      return [ok('model service', 'it answers')];
    },
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  return { gate, inspector, countRuns: () => runs };
}

test('however many ask, the installation is examined once, and what was found is remembered', async () => {
  const { gate, inspector, countRuns } = createTestInspector();
  const asked = [inspector.examine(), inspector.examine()];
  gate.open();
  const [first, second] = await Promise.all(asked);
  expect(first!.findings).toEqual([ok('model service', 'it answers')]);
  expect(second!.findings).toBe(first!.findings);
  await inspector.examine();
  expect(countRuns()).toBe(1);
});

test('an examination that takes too long is a finding, and no second one begins beside it', async () => {
  const { gate, inspector, countRuns } = createTestInspector(1);
  for (let asked = 0; asked < 2; asked += 1) {
    const { findings } = await inspector.examine();
    expect(findings).toMatchObject([
      { check: 'doctor', level: 'warning', seen: expect.stringContaining('within 1 ms') },
    ]);
  }
  gate.open();
  await inspector[Symbol.asyncDispose]();
  expect(countRuns()).toBe(1);
});
