import { isFinal } from 'fovea-jobs-client';
import type { JobFilter, Topic } from 'fovea-jobs-client';
import { JobRowsNow, JobRowsUpdated } from '../../api/generated/documents.ts';
import type { JobRowsNowQuery, JobRowsUpdatedSubscription } from '../../api/generated/types.ts';
import type { Rows } from './rows.ts';

/** Ids that one poll asks for. */
const maxPolled = 100;
/** A job that is there later than one with a higher id, was accepted so long before that at most, in ms. */
const maxSkewMs = 60_000;

export interface RowsTopicOptions {
  filter: JobFilter;
  rows: Rows;
  /** Whether the stream tells of this job of the list. */
  covers: (id: string) => boolean;
  /** The id of the last row of the pages that have been read; '' if there is none. */
  findBottom: () => string;
  /** Of jobs that are on the screen: a poll asks for them by their ids. */
  listShown: () => readonly string[];
  /**
   * The stream has begun without a cursor: of what was read before, nobody knows whether it is so still, and what has come and
   * gone above this id is missing.
   */
  onBegin: (floor: string) => void;
  /** These should have come, and have not: they are gone, unless something was lost on the way. */
  onMissing: (ids: readonly string[]) => void;
  /** A poll has the newest page alone: between that and this id, there may be others. */
  onGap: (floor: string) => void;
}

/** A job that was accepted long ago can be FAILED now, and have words in its error. */
function canMatchLater({ states, errorCodes, text }: JobFilter): boolean {
  return Boolean(states ?? errorCodes ?? text);
}

/** What an id of a job begins with that was accepted earlier than this one by so much: it begins with the time. */
function earlierBy(ms: number, id: string): string {
  const time = Number.parseInt(id.slice(0, 13).replace('-', ''), 16);
  const hex = Math.max(0, time - ms)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** Keeps rows up to date: changes of those that match, from where the last stream ended. Its value grows with each change. */
export function createRowsTopic(options: RowsTopicOptions): Topic<{ isCurrent: boolean }> {
  const { filter, rows, covers } = options;
  /** What this stream has sent before the event without a job; undefined after it. */
  let sent: Set<string> | undefined = new Set();
  let cursor: string | undefined;
  /** Whether a stream has once sent all that was there: only then does a cursor stand for that. */
  let hasBegun = false;
  let isResumed = false;
  /** Down from this one none is missing but what is being read. What an interrupted stream has sent may be newer. */
  let newest = rows.ids.find(covers) ?? '';
  let asked: readonly string[] = [];
  let polls = 0;
  /** Whether polls have come to all others in turn, and begin again. */
  let isTurnOver = false;
  let value = { isCurrent: false };

  function interrupt(): void {
    if (value.isCurrent) newest = rows.ids.find(covers) ?? '';
    sent = new Set();
    value = { isCurrent: false };
  }

  /** The lowest id where something may have come since `newest` was the newest. */
  function findFloor(): string {
    if (newest === '') return '';
    if (!canMatchLater(filter)) return earlierBy(maxSkewMs, newest);
    const bottom = options.findBottom();
    return rows.ids.findLast((id) => covers(id) && id >= bottom) ?? newest;
  }

  function miss(ids: readonly string[]): void {
    if (ids.length > 0) options.onMissing(ids);
  }

  function endPresent(): void {
    // A stream that goes on has sent all that has not ended, and what has ended meanwhile.
    if (isResumed) {
      const isUnfinished = (id: string) => !isFinal(rows.find(id)!);
      miss(rows.ids.filter((id) => covers(id) && !sent?.has(id) && isUnfinished(id)));
    }
    sent = undefined;
    value = { isCurrent: true };
    hasBegun = true;
    if (!isResumed) options.onBegin(findFloor());
  }

  function acceptEvent(event: JobRowsUpdatedSubscription['jobsUpdated']): number {
    cursor = event.cursor;
    if (!event.job) {
      endPresent();
      return 0;
    }
    sent?.add(event.job.id);
    if (!rows.receive(event.job, event.matches)) return 0;
    value = { ...value };
    return 1;
  }

  function acceptPage({ jobs, known }: JobRowsNowQuery): number {
    const page = [...known.edges, ...jobs.edges].map(({ node }) => node);
    if (value.isCurrent) newest = rows.ids.find(covers) ?? '';
    const floor = findFloor();
    const last = jobs.edges.at(-1)?.node.id;
    // What matches later is looked for in turn, as what leaves is.
    const mayHaveGap = !value.isCurrent || (isTurnOver && canMatchLater(filter)) || last! > newest;
    const found = new Set(page.map(({ id }) => id));
    const gone = asked.filter((id) => !found.has(id));
    // What has happened since the interruption: polls themselves come to all of these in turn only.
    const isUnfinished = (id: string) => covers(id) && !isFinal(rows.find(id)!);
    const old = value.isCurrent ? [] : rows.ids.filter((id) => isUnfinished(id) && !found.has(id));
    miss([...gone, ...old]);
    sent = undefined;
    value = { isCurrent: true };
    const news = page.filter((job) => rows.receive(job, true)).length;
    const isFull = jobs.edges.length === maxPolled;
    if (isFull && mayHaveGap && last! > floor) options.onGap(floor);
    return news;
  }

  /** Those on the screen, and every other time some of all the others, in turn. */
  function chooseAsked(): readonly string[] {
    polls += 1;
    isTurnOver = false;
    const shown = options.listShown().filter(covers).slice(0, maxPolled);
    if (polls % 2 === 1) return shown;
    const all = rows.ids.filter(covers);
    const parts = Math.max(1, Math.ceil(all.length / maxPolled));
    const part = (polls / 2) % parts;
    isTurnOver = part === 0;
    const start = part * maxPolled;
    return all.slice(start, start + maxPolled);
  }

  return {
    interrupt,
    request: () => {
      interrupt();
      if (!hasBegun) cursor = undefined;
      isResumed = hasBegun;
      return {
        query: JobRowsUpdated,
        variables: { filter, after: cursor },
        poll: {
          request: () => {
            asked = chooseAsked();
            const known = { ...filter, ids: asked };
            return { query: JobRowsNow, variables: { filter, known } };
          },
        },
      };
    },
    accept: (data) =>
      'jobs' in data
        ? acceptPage(data as unknown as JobRowsNowQuery)
        : acceptEvent((data as unknown as JobRowsUpdatedSubscription).jobsUpdated),
    read: () => value,
    isOver: () => false,
  };
}
