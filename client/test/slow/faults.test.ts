import { expect, onTestFinished, test } from 'vitest';
import { startApiServer } from '../../../test/environment/app/api-server.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useTestStack } from '../../../test/environment/app/open-stack.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { changeJobs } from '../../../test/environment/jobs/changing-jobs.ts';
import { createSeededRandom, readInteger } from '../../../test/environment/seeded-random.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { faults, startFaultyNetwork } from '../../conformance/faulty-network.ts';
import { createJobs } from '../../src/index.ts';
import type { TransportName } from '../../src/index.ts';

expectNoLeaks();

const stack = useTestStack('external');
const count = readInteger('RANDOM_FAULTS', 60);
const transports: (readonly TransportName[])[] = [
  ['websocket'],
  ['sse'],
  ['poll'],
  ['websocket', 'sse', 'poll'],
];

/** A list as a page has it, and each time that it went back to an older version. */
function watchList(url: string, ladder: readonly TransportName[]) {
  const jobs = createJobs({ url: `${url}/graphql`, transports: ladder, pingMs: 1_000 });
  const source = jobs.sources.jobs({});
  const versions = new Map<string, number>();
  let backwards = 0;
  let missed = 0;
  const stopList = source.subscribe(() => {
    for (const { id, version } of source.get().value.jobs) {
      if (version < (versions.get(id) ?? 0)) backwards += 1;
      versions.set(id, version);
    }
  });
  const stopWire = jobs.wire.subscribe(() => {
    missed = Math.max(missed, jobs.wire.get().missed);
  });
  onTestFinished(() => {
    stopList();
    stopWire();
    jobs.close();
  });
  return {
    transport: ladder.join(),
    read: () => {
      const { value, error } = source.get();
      if (error) throw error;
      return value;
    },
    get status() {
      return { ladder: ladder.join(), ...jobs.wire.get() };
    },
    get backwards() {
      return backwards;
    },
    get missed() {
      return missed;
    },
  };
}

test(
  'lists behind a network that fails at random, and before servers that change, end up right and never go back',
  async () => {
    const random = createSeededRandom(readInteger('FAULTS_SEED', 20_261_130));
    await using one = await startApiServer(stack, { staleAfterMs: 500, pingIntervalMs: 500 });
    await using other = await startApiServer(stack, { staleAfterMs: 500, pingIntervalMs: 500 });
    // A client stays with a replica until something breaks, as behind a load balancer that keeps clients where they are.
    let replica = one.url;
    await using network = await startFaultyNetwork(() => replica);
    const lists = transports.map((ladder) => watchList(network.url, ladder));
    await eventually(() => expect(lists.map(({ read }) => read().isCurrent)).not.toContain(false));
    {
      await using _changes = changeJobs(stack, random);
      for (let fault = 0; fault < count; fault += 1) {
        await pause(random.below(150));
        replica = random.pick([one.url, other.url]);
        network.strike(random.pick(faults));
      }
    }
    for (const list of lists) {
      await eventually(async () => {
        // Places in the queue and reasons to wait still change for a moment.
        const rows = await stack.db.selectFrom('job').select(['id', 'version']).execute();
        const truth = new Map(rows.map((row) => [row.id, row]));
        const { jobs, isCurrent } = list.read();
        expect([isCurrent, list.status.state, list.status.ladder]).toEqual([
          true,
          'live',
          list.transport,
        ]);
        const wrong = jobs.filter(({ id, version }) => truth.get(id)?.version !== version);
        expect({ transport: list.transport, wrong }).toEqual({
          transport: list.transport,
          wrong: [],
        });
        // A poll has the newest page alone of what has come and gone between two.
        const isPolled = list.status.transport === 'poll';
        const all = isPolled ? Math.min(100, rows.length) : rows.length;
        expect(jobs.length).toBeGreaterThanOrEqual(all);
      });
      expect(list.backwards).toBe(0);
    }
    // Not by chance: something happened while they were away. Of one list alone nothing need have been missed.
    expect(lists.reduce((sum, { missed }) => sum + missed, 0)).toBeGreaterThan(0);
  },
  60_000 + count * 500,
);
