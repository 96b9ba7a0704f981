import { expect, test } from 'vitest';
import { finalStates } from '../../../src/jobs/rows/row.ts';
import type { JobState } from '../../../src/jobs/rows/row.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestStack } from '../../environment/app/open-stack.ts';
import { subscribeBy } from '../../environment/clients/every-transport.ts';
import { changeJobs } from '../../environment/jobs/changing-jobs.ts';
import { createSeededRandom, readInteger } from '../../environment/seeded-random.ts';
import type { SeededRandom } from '../../environment/seeded-random.ts';

expectNoLeaks();

const stack = useTestStack('external');
/** Of all pages. */
const cuts = readInteger('RANDOM_CUTS', 800);
/** More than any page has at once; the pages are cut off until there were so many. */
const leastJobs = 101;
interface Watched {
  filter: { states?: JobState[] };
  /** Events between two cuts, at most: the fewer are for a filter, or else its page would mostly wait. */
  maxEvents: number;
}

const watched: readonly Watched[] = [
  { filter: {}, maxEvents: 12 },
  { filter: { states: ['QUEUED', 'ACTIVE'] }, maxEvents: 12 },
  { filter: { states: ['QUEUED'] }, maxEvents: 6 },
  { filter: { states: [...finalStates] }, maxEvents: 3 },
];
const query = `subscription ($filter: JobFilter, $after: String) {
  jobsUpdated(filter: $filter, after: $after) { matches cursor job { id state version } } }`;

interface Shown {
  id: string;
  state: JobState;
  version: number;
}

/** What a page shows: the rows that it was sent and not told to take off, however often it was cut off. */
class Page {
  readonly rows = new Map<string, Shown>();
  readonly filter: Watched['filter'];
  readonly maxEvents: number;
  readonly #urls: readonly string[];
  readonly #random: SeededRandom;
  #cursor: string | undefined;
  /** Events without a version that is newer than what the same stream has sent of the job. */
  repeated = 0;

  constructor({ filter, maxEvents }: Watched, urls: readonly string[], random: SeededRandom) {
    this.filter = filter;
    this.maxEvents = maxEvents;
    this.#urls = urls;
    this.#random = random;
  }

  /** Connects to some replica by some transport, and leaves after so many events, or once it has the present. */
  async connect(until: { events: number } | 'present'): Promise<void> {
    const open = this.#random.pick(Object.values(subscribeBy));
    const variables = { filter: this.filter, after: this.#cursor };
    const stream = await open(this.#random.pick(this.#urls), { query, variables });
    const versions = new Map<string, number>();
    for (let count = 0; until === 'present' || count < until.events; count += 1) {
      const { data, errors } = await stream.next();
      if (errors) throw new Error(JSON.stringify(errors));
      const { job, matches, cursor } = data!['jobsUpdated'];
      this.#cursor = cursor;
      if (job) this.#show(job, matches, versions);
      else if (until === 'present') break;
    }
    stream.close();
  }

  #show(job: Shown, matches: boolean, versions: Map<string, number>): void {
    if (job.version <= (versions.get(job.id) ?? 0)) this.repeated += 1;
    versions.set(job.id, job.version);
    // Of an earlier stream it may have a newer one.
    if (job.version < (this.rows.get(job.id)?.version ?? 0)) return;
    if (matches) this.rows.set(job.id, job);
    else this.rows.delete(job.id);
  }
}

test(
  'pages that are cut off at random, and change replica and transport, show nothing stale and miss nothing',
  async () => {
    const random = createSeededRandom(readInteger('CUTS_SEED', 20_261_129));
    await using one = await startApiServer(stack, { staleAfterMs: 500 });
    await using other = await startApiServer(stack, { staleAfterMs: 500 });
    const urls = [one.url, other.url];
    const pages = watched.map((it) => new Page(it, urls, random));
    for (const page of pages) await page.connect('present');
    {
      await using changes = changeJobs(stack, random);
      await Promise.all(
        pages.map(async (page) => {
          for (let cut = 0; cut < cuts / pages.length || changes.started < leastJobs; cut += 1) {
            await page.connect({ events: random.below(page.maxEvents) });
          }
        }),
      );
    }
    const rows = await stack.db.selectFrom('job').select(['id', 'state', 'version']).execute();
    expect(rows.length).toBeGreaterThanOrEqual(leastJobs);
    for (const page of pages) {
      await page.connect('present');
      const { states } = page.filter;
      const matching = rows.filter(({ state }) => states?.includes(state) ?? true);
      const byId = (a: Shown, b: Shown) => (a.id < b.id ? -1 : 1);
      expect([...page.rows.values()].toSorted(byId)).toEqual(matching.toSorted(byId));
      expect(page.repeated).toBe(0);
    }
  },
  20_000 + cuts * 50,
);
