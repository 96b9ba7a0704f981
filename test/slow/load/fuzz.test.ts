/**
 * Whatever a client sends: no status of 500 or more, no crash, no hang, nothing internal in an answer, and nothing of the
 * input in the log. fast-check generates 11,000 cases from one seed, so that every run has the same ones, and others of
 * variables for the embedded stack: what they hold reaches the database, by another driver there. All else ends before that. A
 * failure shows its case, shrunk, and how to repeat it; another FUZZ_SEED makes other cases. The cases are in
 * test/fuzz/areas, one file for each part of the API, and the values that they contain in test/fuzz/values.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stackKinds } from '../../environment/app/app.ts';
import type { StackKind } from '../../environment/app/app.ts';
import { measureMemory } from '../../environment/app/memory.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import {
  expectNothingOpen,
  expectRows,
  expectJobCompletes,
  cleanUp,
} from '../../fuzz/aftermath.ts';
import { bodies } from '../../fuzz/areas/bodies.ts';
import {
  variableArguments,
  otherOwnersArguments,
  inlineArguments,
} from '../../fuzz/areas/arguments.ts';
import { accountsEnv, credentials, signIn } from '../../fuzz/areas/credentials.ts';
import type { Area } from '../../fuzz/find-fault.ts';
import { requests } from '../../fuzz/areas/requests.ts';
import { operationLists } from '../../fuzz/areas/operation-lists.ts';
import { readFuzzSeed, runCases } from '../../fuzz/run-cases.ts';
import { singleConnections } from '../../fuzz/areas/single-connections.ts';
import { webSockets } from '../../fuzz/areas/websockets.ts';
import { fill, startTarget } from '../../fuzz/target.ts';
import type { Target } from '../../fuzz/target.ts';

expectNoLeaks();

const withinMs = 120_000;

/** Each stack gets other cases. */
const seedOf = (kind: StackKind) => readFuzzSeed() * stackKinds.length + stackKinds.indexOf(kind);

function fuzzArea<Case>(area: Area<Case>, getTarget: () => Target, seed: number): void {
  test(area.name, { timeout: withinMs }, async () => {
    expect(await runCases(getTarget(), area, seed)).toBe(area.count);
  });
}

describe.each(stackKinds)('on the %s stack', (kind) => {
  const seed = seedOf(kind);
  let target: Target;
  let usedAtFirst: number;
  let begunAt: number;
  const delays = monitorEventLoopDelay();

  beforeAll(async () => {
    target = await startTarget(kind);
    target.ids = { ...target.ids, ...(await fill(target)) };
    usedAtFirst = measureMemory();
    delays.enable();
    begunAt = performance.now();
  });

  afterAll(() => target[Symbol.asyncDispose]());

  const fuzz = <Case>(area: Area<Case>) => fuzzArea(area, () => target, seed);

  fuzz(variableArguments);
  if (kind === 'external') {
    fuzz(inlineArguments);
    fuzz(bodies);
    fuzz(requests);
    fuzz(webSockets);
    fuzz(singleConnections);
    fuzz(operationLists);
  }

  test('afterwards the app works as before', { timeout: withinMs }, async () => {
    delays.disable();
    // One case alone must not hold the event loop for a noticeable part of the time that all cases take.
    const [longestDelayMs, totalMs] = [delays.max / 1e6, performance.now() - begunAt];
    await cleanUp(target);
    await expectJobCompletes(target);
    await expectRows(target);
    await expectNothingOpen(target);
    expect(longestDelayMs).toBeLessThan(totalMs / 10);
    // What is left is caches, of parsed documents above all.
    expect(measureMemory()).toBeLessThan(2 * usedAtFirst);
  });
});

describe('with accounts', () => {
  let accounts: Target;

  beforeAll(async () => {
    accounts = await startTarget('external', accountsEnv);
    accounts.headers = await signIn();
  });

  afterAll(() => accounts[Symbol.asyncDispose]());

  fuzzArea(otherOwnersArguments, () => accounts, seedOf('external'));
  fuzzArea(credentials, () => accounts, seedOf('external'));
});
