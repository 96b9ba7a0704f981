import { expect, test } from 'vitest';
import { JobsUpdated } from '../src/generated/documents.ts';
import type { JobFieldsFragment, JobFilter, JobState } from '../src/generated/types.ts';
import { createJobListTopic } from '../src/topics/job-list.ts';
import { createPoll } from '../src/wire/polls.ts';

interface Variables {
  filter: JobFilter;
  after?: string | null;
  known: JobFilter;
  first: number;
}

/** The jobs of a server that answers as ours does: newest first. */
function createServer(jobs: Map<string, JobState>) {
  let answers = 0;
  const list = ({ ids, states }: JobFilter, first: number, after?: string | null) => {
    const matching = [...jobs]
      .filter(([id, state]) => (ids?.includes(id) ?? true) && (states?.includes(state) ?? true))
      .toSorted(([a], [b]) => (a < b ? 1 : -1))
      .filter(([id]) => after == null || id < after);
    const edges = matching
      .slice(0, first)
      .map(([id, state]) => ({ node: { id, state, version: 1 } as JobFieldsFragment }));
    const pageInfo = { hasNextPage: matching.length > first, endCursor: edges.at(-1)?.node.id };
    return { edges, pageInfo };
  };
  return {
    get answers() {
      return answers;
    },
    answer: ({ filter, after, known, first }: Variables) => {
      answers += 1;
      return { jobs: list(filter, first, after), known: list(known, first) };
    },
  };
}

const toId = (index: number) => String(index).padStart(5, '0');

test('a list that is polled has all unfinished jobs, and is told when any of them ends', () => {
  const jobs = new Map<string, JobState>();
  // Of 450 unfinished ones, every third is among jobs that have ended.
  for (let index = 0; index < 1_350; index += 1)
    jobs.set(toId(index), index % 3 === 0 ? 'QUEUED' : 'COMPLETED');
  const server = createServer(jobs);
  const topic = createJobListTopic({});
  const poll = createPoll(topic.request());
  const runRound = () => {
    for (let hasMore: boolean | undefined = true; hasMore;) {
      const read = poll.read(server.answer(poll.request().variables as unknown as Variables));
      for (const event of read.events) topic.accept(event);
      hasMore = read.hasMore;
    }
  };
  const countUnfinished = () => topic.read().jobs.filter(({ state }) => state === 'QUEUED').length;

  runRound();
  expect(topic.read().isCurrent).toBe(true);
  expect(countUnfinished()).toBe(450);

  jobs.set(toId(0), 'FAILED');
  jobs.delete(toId(3));
  jobs.set(toId(1_350), 'QUEUED');
  runRound();
  expect(countUnfinished()).toBe(449);
  expect(topic.read().jobs.at(-1)).toMatchObject({ id: toId(0), state: 'FAILED' });
  expect(topic.read().jobs.map(({ id }) => id)).not.toContain(toId(3));
  expect(server.answers).toBeLessThan(15);
});

test('a round has a bound', () => {
  const { answer } = createServer(
    new Map(Array.from({ length: 3_000 }, (_, index) => [toId(index), 'QUEUED'])),
  );
  const poll = createPoll({ query: JobsUpdated, variables: {} });
  let answers = 0;
  const read = () => {
    answers += 1;
    return poll.read(answer(poll.request().variables as unknown as Variables));
  };
  while (read().hasMore);
  expect(answers).toBe(11);
});
