import { setTimeout as delay } from 'node:timers/promises';
import { createSeededRandom } from '../../environment/seeded-random.ts';
import { hash } from '../system/model.ts';
import type { Submission, SubscriptionRecord } from '../record.ts';
import { follow } from './subscriber.ts';
import { cancelDocument, post, submit } from './submit.ts';
import type { Work } from './work.ts';

/** One that is called off, is so within that time. */
const cancelAfterMs = 1_500;

export interface LoadOptions {
  apis: readonly string[];
  seed: number;
}

export interface Pace {
  /** Over how long the work is submitted. */
  spreadMs: number;
  /** Of so many pieces of work, one is called off by and by; Infinity for none. */
  oneInCanceled: number;
}

/** Clients that submit work and follow its jobs, each by a random of its own, so that none depends on another's pace. */
export interface Load {
  submissions: Submission[];
  subscriptions: SubscriptionRecord[];
  begin: (works: readonly Work[], pace: Pace) => void;
  /** Resolves once all that has begun is accepted. */
  accepted: () => Promise<void>;
  /** Resolves once every subscriber has its final version. */
  followed: () => Promise<void>;
  /** Ends whoever still waits. */
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
    // Whether it is too late, or the answer is lost, the checker reads from the rows.
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
