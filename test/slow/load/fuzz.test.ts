/**
 * Bad input does nothing: no answer with a status of 500 or more, no crash, no hang, nothing of our insides in an answer,
 * nothing of the input in the log. 10,000 cases on each stack, made by fast-check from one seed, so that every run has the
 * same ones. A failure says how to repeat it: FUZZ_SEED, and the name of its test. The case that it shows has been made
 * as small as it can be. Another FUZZ_SEED makes other cases. `test/fuzz/` has the cases, by what they attack.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stackKinds } from '../../environment/app/app.ts';
import { measureMemory } from '../../environment/app/memory.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { expectNobodyThere, expectRows, expectWork, tidyUp } from '../../fuzz/aftermath.ts';
import { bodies } from '../../fuzz/areas/bodies.ts';
import { calls, callsOfOthers, literalCalls } from '../../fuzz/areas/arguments.ts';
import { accountsEnv, logins, signIn } from '../../fuzz/areas/credentials.ts';
import { answersWithinMs } from '../../fuzz/find-fault.ts';
import type { Area } from '../../fuzz/find-fault.ts';
import { rawRequests } from '../../fuzz/areas/requests.ts';
import { readFuzzSeed, runCases } from '../../fuzz/run-cases.ts';
import { singleConnections } from '../../fuzz/areas/single-connections.ts';
import { conversations } from '../../fuzz/areas/websockets.ts';
import { fill, startTarget } from '../../fuzz/target.ts';
import type { Target } from '../../fuzz/target.ts';

expectNoLeaks();

const withinMs = 120_000;
/** What ten thousand cases may leave in caches, of a thousand parsed documents above all; with twice the cases it is no more. */
const maxGrowthBytes = 250_000_000;

describe.each(stackKinds)('on the %s stack', (kind) => {
  /** The stacks have cases of their own. */
  const seed = readFuzzSeed() * stackKinds.length + stackKinds.indexOf(kind);
  let target: Target;
  let usedAtFirst: number;
  const delays = monitorEventLoopDelay();

  beforeAll(async () => {
    target = await startTarget(kind);
    target.ids = { ...target.ids, ...(await fill(target)) };
    usedAtFirst = measureMemory();
    delays.enable();
  });

  afterAll(() => target[Symbol.asyncDispose]());

  function fuzz<Case>(area: Area<Case>, getTarget = () => target): void {
    test(area.name, { timeout: withinMs }, async () => {
      expect(await runCases(getTarget(), area, seed)).toBe(area.count);
    });
  }

  fuzz(calls);
  fuzz(literalCalls);
  fuzz(bodies);
  fuzz(rawRequests);
  fuzz(conversations);
  fuzz(singleConnections);

  test('afterwards it works as before', { timeout: withinMs }, async () => {
    delays.disable();
    await tidyUp(target);
    await expectWork(target);
    await expectRows(target);
    await expectNobodyThere(target);
    expect(delays.max / 1e6).toBeLessThan(answersWithinMs);
    expect(measureMemory() - usedAtFirst).toBeLessThan(maxGrowthBytes);
  });

  describe('with accounts', () => {
    let accounts: Target;

    beforeAll(async () => {
      accounts = await startTarget(kind, accountsEnv);
      accounts.headers = await signIn();
    });

    afterAll(() => accounts[Symbol.asyncDispose]());

    fuzz(callsOfOthers, () => accounts);
    fuzz(logins, () => accounts);
  });
});
