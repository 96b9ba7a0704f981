import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../clock.ts';
import { openStream } from './open-stream.ts';
import type { Close, SeenJob, Transport } from './open-stream.ts';
import { percentile } from './percentile.ts';

/** Subscriptions that are opened at the same time. */
const openers = 100;
const pollMs = 5;
/** How long to wait for more updates than expected. */
const surplusMs = 200;

interface Subscriber {
  jobId: string;
  /** The first state that it received. */
  first: string | undefined;
  job: SeenJob | undefined;
  /** The API from which it last received the job. */
  from: string | undefined;
  /** Why its stream has ended; undefined while it is open. */
  ended: string | undefined;
  close: Close;
}

interface Target {
  transport: Transport;
  url: string;
}

/** The subscribers of the load process, and what they have received. */
export function createSubscribers() {
  let subscribers: Subscriber[] = [];
  let received = 0;
  let latencies: number[] = [];
  let moveTo: string | undefined;
  let movedAt = 0;

  function subscribe({ transport, url }: Target, jobId: string, known?: Subscriber): Subscriber {
    const subscriber = known ?? createSubscriber(jobId);
    subscriber.close = openStream(transport, url, jobId, {
      onJob: (job) => {
        subscriber.first ??= job.state;
        Object.assign(subscriber, { job, from: url });
        if (moveTo === url) movedAt = now();
        if (job.stage?.startsWith('t=')) count(job.stage);
      },
      onEnd: (reason) => {
        if (moveTo === undefined || url === moveTo) subscriber.ended = reason;
        else subscribe({ transport, url: moveTo }, jobId, subscriber);
      },
    });
    return subscriber;
  }

  function count(stage: string): void {
    received += 1;
    latencies.push(now() - Number(stage.slice(2, stage.indexOf(' '))));
  }

  function countStates(): Record<string, number> {
    const states: Record<string, number> = {};
    for (const { job, ended } of subscribers) {
      const state = job?.state ?? `none (${ended ?? 'still open'})`;
      states[state] = (states[state] ?? 0) + 1;
    }
    return states;
  }

  async function awaitStates(withinMs: number, api?: string): Promise<void> {
    const hasState = ({ from }: Subscriber) => from !== undefined && (!api || from === api);
    const missing = () => subscribers.filter((subscriber) => !hasState(subscriber)).length;
    if (!(await waitUntil(() => missing() === 0, withinMs)))
      throw new Error(`${missing()} subscribers have no state: ${JSON.stringify(countStates())}`);
  }

  return {
    /** Subscribes once for each id; resolves when all have received their job. */
    open: async ({ jobIds, ...target }: Target & { jobIds: string[] }) => {
      for (let at = 0; at < jobIds.length; at += openers) {
        subscribers.push(...jobIds.slice(at, at + openers).map((id) => subscribe(target, id)));
        await awaitStates(10_000);
      }
    },
    /** Subscribes once for each job, at its time. */
    openAt: async ({ jobs, ...target }: Target & { jobs: { jobId: string; at: number }[] }) => {
      await Promise.all(
        jobs.map(async ({ jobId, at }) => {
          await delay(Math.max(0, at - now()));
          subscribers.push(subscribe(target, jobId));
        }),
      );
    },
    countStates,
    /** Counts the subscribers whose first state was this. */
    countFirst: (state: string) => subscribers.filter(({ first }) => first === state).length,
    startWindow: () => {
      received = 0;
      latencies = [];
    },
    /** Waits for the expected updates and a moment longer. Returns how many arrived, and the latencies since their reports, in ms. */
    endWindow: async ({ expected, withinMs }: { expected: number; withinMs: number }) => {
      await waitUntil(() => received >= expected, withinMs);
      await delay(surplusMs);
      const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
      return { received, p50, p99 };
    },
    /** Waits until a subscriber has received this stage, and returns when. */
    awaitStage: async ({ stage, withinMs }: { stage: string; withinMs: number }) => {
      const has = () => subscribers.some(({ job }) => job?.stage === stage);
      if (!(await waitUntil(has, withinMs))) throw new Error(`The stage ${stage} has not arrived.`);
      return now();
    },
    /** From now on, a subscriber that loses its stream subscribes at this address, at once. */
    moveTo: (url: string) => {
      moveTo = url;
    },
    /** Waits until all have moved and received their job, and returns when. */
    awaitMoved: async (withinMs: number) => {
      await awaitStates(withinMs, moveTo);
      moveTo = undefined;
      return movedAt;
    },
    closeAll: () => {
      for (const { close } of subscribers) close();
      subscribers = [];
    },
  };
}

function createSubscriber(jobId: string): Subscriber {
  const nothing = { first: undefined, job: undefined, from: undefined, ended: undefined };
  return { jobId, ...nothing, close: () => undefined };
}

async function waitUntil(isSo: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = now() + withinMs; now() < end;) {
    if (isSo()) return true;
    await delay(pollMs);
  }
  return isSo();
}
