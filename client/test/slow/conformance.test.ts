import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSeededRandom, readInteger } from '../../../test/environment/seeded-random.ts';
import { clients } from '../../conformance/clients/index.ts';
import { runRandomFaults } from '../../conformance/random-faults.ts';
import { startServers } from '../../conformance/servers.ts';

expectNoLeaks();

const count = readInteger('RANDOM_FAULTS', 200);

test(
  'clients whose connections fail at random miss nothing, show nothing twice, and never go back',
  async () => {
    const pace = { steps: 12, lastsMs: 3_000 };
    // A machine that is busy for two seconds and a half is not a connection that is dead.
    await using servers = await startServers({ replicas: 1, pace, pingMs: 2_000 });
    const ordeals = await runRandomFaults({
      servers,
      clients: clients['ours']!,
      copies: 4,
      count,
      random: createSeededRandom(readInteger('FAULTS_SEED', 20_261_129)),
      job: undefined,
    });
    const isRight = { missed: 0, doubled: 0, backwards: 0 };
    expect(ordeals).toMatchObject(Object.keys(clients['ours']!).map(() => isRight));
    expect(ordeals.reduce((sum, { faults }) => sum + faults, 0)).toBeGreaterThanOrEqual(count);
  },
  120_000 + count * 500,
);
