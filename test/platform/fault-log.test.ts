import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFaultLog } from '../../src/platform/fault-log.ts';
import type { FaultLog } from '../../src/platform/fault-log.ts';

let lines: Record<string, any>[];
let faults: FaultLog;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  lines = [];
  const log = new PassThrough({ encoding: 'utf8' });
  log.on('data', (line: string) => lines.push(JSON.parse(line)));
  faults = createFaultLog({ logger: pino(log), message: 'it failed' });
});

afterEach(() => {
  vi.useRealTimers();
});

const logged = () => lines.map(({ msg, err, times }) => [msg, err?.message, times]);

test('a lasting fault is logged once, then ever more rarely with a count, and at its end', () => {
  for (let second = 0; second < 60; second += 1) {
    faults.report(new Error('connect ECONNREFUSED'));
    vi.advanceTimersByTime(1_000);
  }
  faults.clear();
  faults.clear();
  expect(logged()).toEqual([
    ['it failed', 'connect ECONNREFUSED', 1],
    ['it failed', 'connect ECONNREFUSED', 11],
    ['it failed', 'connect ECONNREFUSED', 31],
    ['over: it failed', undefined, 60],
  ]);
  faults.report(new Error('connect ECONNREFUSED'));
  expect(logged().at(-1)).toEqual(['it failed', 'connect ECONNREFUSED', 1]);
});

test('each kind of fault is logged; ids and numbers do not make another kind', () => {
  const id = () => crypto.randomUUID();
  for (let round = 0; round < 3; round += 1) {
    faults.report(new Error(`could not renew lock for job ${id()}`));
    faults.report(new Error(`connect ECONNREFUSED 127.0.0.1:${40_000 + round}`));
    faults.report(Object.assign(new Error('refused'), { code: '57P01' }));
    faults.report(Object.assign(new Error('refused'), { code: '57P03' }), { client: 'producer' });
  }
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toMatchObject({ client: 'producer', level: 40 });
});

test('a fault that has not occurred for long is a new one', () => {
  faults.report(new Error('gone'));
  faults.report(new Error('gone'));
  vi.advanceTimersByTime(30 * 60_000);
  faults.report(new Error('gone'));
  expect(logged()).toEqual([
    ['it failed', 'gone', 1],
    ['it failed', 'gone', 1],
  ]);
});
