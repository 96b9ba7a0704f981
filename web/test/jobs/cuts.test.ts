import { createJobs } from 'fovea-jobs-client';
import type { JobFilter } from 'fovea-jobs-client';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { startFaultyNetwork } from '../../../client/conformance/faulty-network.ts';
import { startApiServer } from '../../../test/environment/app/api-server.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useTestStack } from '../../../test/environment/app/open-stack.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { changeJobs } from '../../../test/environment/jobs/changing-jobs.ts';
import { insertTestJobs } from '../../../test/environment/jobs/insert-jobs.ts';
import { createSeededRandom, readInteger } from '../../../test/environment/seeded-random.ts';
import { createJobList } from '../../src/jobs/engine/job-list.ts';
import type { JobListOptions } from '../../src/jobs/engine/job-list.ts';
import { strikeAtRandom } from '../environment/strike.ts';

expectNoLeaks();

const stack = useTestStack('external');
const count = readInteger('RANDOM_FAULTS', 60);

/** A list as a page has it, with all of its rows on the screen, and how often one went back to an older version. */
function openList(url: string, filter: JobFilter, options: JobListOptions = {}) {
  const client = createJobs({ url: `${url}/graphql`, pingMs: 1_000 });
  const list = createJobList(client, filter, { frame: setImmediate, ...options });
  const versions = new Map<string, number>();
  let backwards = 0;
  const look = () => {
    for (const id of list.get().ids) {
      const { version } = list.find(id)!;
      if (version < (versions.get(id) ?? 0)) backwards += 1;
      versions.set(id, version);
    }
    list.show(list.get().ids);
  };
  const stop = list.subscribe(look);
  onTestFinished(() => {
    stop();
    list.close();
    client.close();
  });
  return {
    list,
    get backwards() {
      return backwards;
    },
    /** Reads all pages. Whoever looks at a list that has failed asks again. */
    readAll: async () => {
      if (list.get().hasMore) await list.loadMore();
      expect(list.get()).toMatchObject({ hasMore: false, isCurrent: true });
    },
  };
}

test(
  'after any number of cuts no row is older than the database, none is missing, and none went back',
  async () => {
    const random = createSeededRandom(readInteger('FAULTS_SEED', 20_261_129));
    const old = await insertTestJobs(stack.db, 150);
    await using server = await startApiServer(stack, { staleAfterMs: 500, pingIntervalMs: 500 });
    await using network = await startFaultyNetwork(() => server.url);
    const lists = [
      { ...toStates(), shown: openList(network.url, {}) },
      { ...toStates('FAILED'), shown: openList(network.url, { states: ['FAILED'] }) },
      // Jobs below the first page are watched only as long as they are on the screen.
      { ...toStates(), shown: openList(network.url, {}, { maxWatched: 10 }) },
    ];
    for (const { shown } of lists) await eventually(() => shown.readAll());
    {
      await using _changes = changeJobs(stack, random);
      await strikeAtRandom(network, random, count, (fault) =>
        // One of the old jobs ends while nobody is told. The server may have given it a new version, with its place.
        stack.db
          .updateTable('job')
          .set({ state: 'CANCELED', finishedAt: new Date(), version: sql`version + 1` })
          .where('id', '=', old[fault % old.length]!.id)
          .where('finishedAt', 'is', null)
          .execute(),
      );
    }
    for (const { states, shown } of lists) {
      await eventually(async () => {
        await shown.readAll();
        // Each time: the server itself goes on with what waits.
        const rows = await stack.db.selectFrom('job').select(['id', 'state', 'version']).execute();
        const truth = rows
          .filter(({ state }) => states?.includes(state) ?? true)
          .map(({ id, version, state }) => ({ id, version, state }))
          .toSorted((a, b) => (a.id < b.id ? 1 : -1));
        const { list } = shown;
        const known = list.get().ids.map((id) => {
          const { version, state } = list.find(id)!;
          return { id, version, state };
        });
        expect(known).toEqual(truth);
      });
      expect(shown.backwards).toBe(0);
    }
  },
  60_000 + count * 500,
);

function toStates(...states: string[]) {
  return { states: states.length > 0 ? states : undefined };
}
