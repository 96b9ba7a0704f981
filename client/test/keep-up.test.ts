import { parse, print } from 'graphql';
import { expect, onTestFinished, test, vi } from 'vitest';
import { keepUp } from '../src/caches/keep-up.ts';
import type { ConnectionSink } from '../src/caches/sink.ts';
import { findResumable } from '../src/caches/resumable.ts';

test('what is silent is asked for something, and what does not answer then is ended', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const resumable = findResumable(parse('subscription { jobLogAdded(id: "1") { message } }'))!;
  const asked: unknown[] = [];
  const next = vi.fn<(answer: object) => void>();
  const terminate = vi.fn<() => void>();
  let answer: (sequence: number) => void = () => undefined;
  const stop = keepUp(
    resumable,
    {},
    ({ resumeAfter }, sink) => {
      asked.push(resumeAfter);
      answer = (sequence) => sink.next({ data: { jobLogAdded: { sequence } } });
      return () => undefined;
    },
    { next, complete: () => undefined },
    { pingMs: 100, terminate },
  );
  // A log that is empty yet has nothing to answer.
  vi.advanceTimersByTime(600);
  expect(asked).toEqual([undefined, undefined, undefined]);
  expect(terminate).not.toHaveBeenCalled();
  answer(1);
  answer(2);
  vi.advanceTimersByTime(250);
  expect(asked.at(-1)).toBe(1);
  answer(2);
  vi.advanceTimersByTime(250);
  expect(asked.at(-1)).toBe(1);
  expect(terminate).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(terminate).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(100);
  expect(asked.at(-1)).toBe(2);
  expect(next.mock.calls.length).toBe(2);
  stop();
  vi.advanceTimersByTime(1_000);
  expect(asked.length).toBe(6);
});

/** A server with a list that does not change, and how often it has sent what. */
function startIdleList(unfinished: number) {
  const sent = { jobs: 0, cursors: 0, streams: 0 };
  const open = (filter: unknown, { next }: ConnectionSink) => {
    sent.streams += 1;
    const isNothing = JSON.stringify(filter)?.includes('ids') ?? false;
    for (let id = 0; id < (isNothing ? 0 : unfinished); id += 1) {
      sent.jobs += 1;
      next({ data: { jobsUpdated: { job: { id: `job ${id}`, version: 1 }, cursor: 'before' } } });
    }
    sent.cursors += 1;
    next({ data: { jobsUpdated: { job: null, cursor: 'now' } } });
  };
  return { sent, open };
}

const minutes = 10;
const idleLists = [
  'subscription { jobsUpdated { job { id } } }',
  'subscription ($which: JobFilter) { jobsUpdated(filter: $which) { job { id } } }',
  'subscription { jobsUpdated(filter: { states: [ACTIVE] }) { job { id } } }',
];

test.each(idleLists)(
  'an idle list is not sent again over a connection that all share: %s',
  (text) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const resumable = findResumable(parse(text))!;
    const name = text.includes('$which') ? 'which' : 'resumeFilter';
    const { sent, open } = startIdleList(500);
    const closed = vi.fn<() => void>();
    const next = vi.fn<(answer: object) => void>();
    const terminate = vi.fn<() => void>();
    let isFrozen = false;
    const asked: unknown[] = [];
    const stop = keepUp(
      resumable,
      { which: { states: ['ACTIVE'] } },
      (variables, sink) => {
        asked.push(variables[name]);
        if (!isFrozen) open(variables[name], sink);
        return closed;
      },
      { next, complete: () => undefined },
      { terminate },
    );
    vi.advanceTimersByTime(minutes * 60_000);
    // Each 25 seconds one event without a job.
    expect(sent).toEqual({ jobs: 500, cursors: 25, streams: 25 });
    expect(closed).toHaveBeenCalledTimes(24);
    expect(next).toHaveBeenCalledTimes(501);
    expect(terminate).not.toHaveBeenCalled();

    isFrozen = true;
    vi.advanceTimersByTime(25_000 + 10_000);
    expect(terminate).toHaveBeenCalledOnce();
    isFrozen = false;
    vi.advanceTimersByTime(5_000);
    // What it has missed comes with the list itself, by the filter that it had.
    expect(sent.jobs).toBe(1_000);
    expect(asked.at(-1)).toEqual(asked[0]);
    stop();
  },
);

test('an idle list is opened once where pings are heard, and again when these end', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { sent, open } = startIdleList(500);
  let heard: () => void = () => undefined;
  const pings = setInterval(() => heard(), 10_000);
  const stop = keepUp(
    findResumable(parse(idleLists[0]!))!,
    {},
    (_variables, sink) => {
      heard = sink.heard;
      open(undefined, sink);
      return () => undefined;
    },
    { next: () => undefined, complete: () => undefined },
  );
  vi.advanceTimersByTime(minutes * 60_000);
  expect(sent).toEqual({ jobs: 500, cursors: 1, streams: 1 });
  clearInterval(pings);
  vi.advanceTimersByTime(24_999);
  expect(sent.streams).toBe(1);
  vi.advanceTimersByTime(102);
  expect(sent).toEqual({ jobs: 1_000, cursors: 2, streams: 2 });
  stop();
});

test('a filter of several variables stays as it is, and its list is asked for again', () => {
  const text = 'subscription ($id: ID!) { jobsUpdated(filter: { videoId: $id }) { job { id } } }';
  const { document, probeEmpty } = findResumable(parse(text))!;
  expect(print(document)).toContain('filter: {videoId: $id}');
  expect(probeEmpty).toBeUndefined();
});

// apollographql/apollo-client#5166: graphql-ws opens a stream again by itself, with the variables of the first time.
test('a stream that another library begins again says nothing twice', () => {
  const resumable = findResumable(parse('subscription { jobLogAdded(id: "1") { message } }'))!;
  const next = vi.fn<(answer: object) => void>();
  const stop = keepUp(
    resumable,
    {},
    (_variables, sink) => {
      for (const sequence of [1, 2, 1, 2, 3]) sink.next({ data: { jobLogAdded: { sequence } } });
      return () => undefined;
    },
    { next, complete: () => undefined },
  );
  expect(next.mock.calls.map(([answer]) => answer)).toEqual(
    [1, 2, 3].map((sequence) => ({ data: { jobLogAdded: { sequence } } })),
  );
  stop();
});

test('other documents are left as they are', () => {
  expect(findResumable(parse('subscription { queuesUpdated { type } }'))).toBeUndefined();
  expect(findResumable(parse('{ viewer { owner } }'))).toBeUndefined();
});
