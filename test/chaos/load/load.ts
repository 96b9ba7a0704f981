import { setTimeout as delay } from 'node:timers/promises';
import { createSeededRandom } from '../../environment/seeded-random.ts';
import { hash } from '../system/model.ts';
import type { Submission, SubscriptionRecord } from '../record.ts';
import { follow } from './subscriber.ts';
import { cancelDocument, post, submit } from './submit.ts';
import type { Work } from './work.ts';

/** A job that is to be canceled is canceled within this time. */
const cancelAfterMs = 1_500;

export interface LoadOptions {
  apis: readonly string[];
  seed: number;
}

export interface Pace {
  /** The time over which the submissions are spread. */
  spreadMs: number;
  /** One of so many jobs is canceled; Infinity for none. */
  oneInCanceled: number;
}

/** Clients that submit work and follow its jobs. Each has its own random numbers, and so does not depend on others. */
export interface Load {
  submissions: Submission[];
  subscriptions: SubscriptionRecord[];
  begin: (works: readonly Work[], pace: Pace) => void;
  /** Resolves once all work has been accepted. */
  accepted: () => Promise<void>;
  /** Resolves once every subscriber has received the final version. */
  followed: () => Promise<void>;
  /** Stops all clients. */
  end: () => Promise<void>;
}

export function createLoad({ apis, seed }: LoadOptions): Load {
  const submissions: Submission[] = [];
  const subscriptions: SubscriptionRecord[] = [];
  const submitting: Promise<void>[] = [];
  const following: Promise<void>[] = [];
  const stop = new AbortController();

  async function submitAndFollow(work: Work, pace: Pace): Promise<void> {
    const random = createSeededRandom(hash(`${seed} ${work.key}`));
    const submission: Submission = { key: work.key, kind: work.kind, answers: [], refusals: [] };
    submissions.push(submission);
    const isToCancel = pace.oneInCanceled < Infinity && random.below(pace.oneInCanceled) === 0;
    const cancelInMs = random.below(cancelAfterMs);
    await delay(random.below(pace.spreadMs + 1));
    const jobIds = await submit(work, apis, random, submission, stop.signal);
    jobIds.forEach((jobId, index) => followOne(jobId, `${work.key} ${index}`));
    if (!isToCancel || !jobIds[0]) return;
    await delay(cancelInMs);
    // The checks read the outcome from the rows, also if this answer is lost.
    await post(random.pick(apis), cancelDocument, { id: jobIds[0] });
  }

  function followOne(jobId: string, name: string): void {
    const transport = subscriptions.length % 2 === 0 ? 'sse' : 'websocket';
    const subscription: SubscriptionRecord = { jobId, transport, connections: [] };
    subscriptions.push(subscription);
    following.push(
      follow(subscription, apis, createSeededRandom(hash(`${seed} ${name}`)), stop.signal),
    );
  }

  return {
    submissions,
    subscriptions,
    begin: (works, pace) =>
      void submitting.push(...works.map((work) => submitAndFollow(work, pace))),
    accepted: async () => void (await Promise.all(submitting)),
    followed: async () => void (await Promise.all(following)),
    end: async () => {
      stop.abort();
      await Promise.all([...submitting, ...following]);
    },
  };
}
