import { setTimeout as pause } from 'node:timers/promises';
import { faults } from '../../../client/conformance/faulty-network.ts';
import type { FaultyNetwork } from '../../../client/conformance/faulty-network.ts';
import type { SeededRandom } from '../../../test/environment/seeded-random.ts';

/** Lets a network fail so many times, each a random moment after the one before, and does something after each. */
export async function strikeAtRandom(
  network: FaultyNetwork,
  random: SeededRandom,
  count: number,
  afterEach: (fault: number) => Promise<unknown>,
): Promise<void> {
  for (let fault = 0; fault < count; fault += 1) {
    await pause(random.below(150));
    network.strike(random.pick(faults));
    await afterEach(fault);
  }
}
