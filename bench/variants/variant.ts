import type { Redis } from 'ioredis';
import type { Peer } from '../command-process.ts';
import type { Program } from '../program.ts';
import type { WorkerCommands } from '../job-driver.ts';

export const contestants = ['recipe', 'rest', 'ours', 'grown'] as const;
/** `rest` is the recipe's queue behind Fastify instead of GraphQL; `grown` is ours with a long history. */
export type Contestant = (typeof contestants)[number];

/** One way to build the same thing: what a measure must know to drive it. */
export interface Side {
  startApi: (nodeOptions?: string) => Promise<Program>;
  /** Jobs by REST, without GraphQL; only the rival in that has it. */
  startRest?: () => Promise<Program>;
  /** Its jobs do what the bench says, `concurrency` of them at once. */
  startWorker: (concurrency: number) => Promise<Peer<WorkerCommands>>;
  /** The variables of `submitDocument`. */
  submission: () => Promise<{ input: object }>;
  /** Jobs that are stored: in the table, or where there is none, in the queue. */
  countJobs: () => Promise<number>;
  redis: Redis;
  /** Where its queue's events are. */
  eventStream: {
    key: string;
    metaKey: string;
    /** What one of its workers says of its progress. */
    toReport: (stage: string, version: number) => object;
  };
  /** CPU of what stands behind the API so far, in µs. */
  readServicesCpu: () => { redis: number; postgres: number };
  /** Removes all jobs of the bench. */
  clear: () => Promise<void>;
}

/** The same documents for both, character by character. */
export const subscribeDocument =
  'subscription ($id: ID!) { jobUpdated(id: $id) { id state progress stage version } }';
export const jobDocument = 'query ($id: ID!) { job(id: $id) { id state progress stage version } }';
export const submitDocument =
  'mutation ($input: SummarizeVideoInput!) { summarizeVideo(input: $input) { ... on SummarizeVideoPayload { job { id } } } }';

/** Sends one request and gives its data. */
export async function send<Data>(url: string, query: string, variables: object): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (errors || !data) throw new Error(`${query} got ${JSON.stringify(errors)}`);
  return data;
}

/** Requests under way at once while jobs are made. */
const submitters = 20;

/** Submits jobs through the API and gives their ids. */
export async function createJobs(side: Side, url: string, count: number): Promise<string[]> {
  const variables = await side.submission();
  const ids: string[] = [];
  type Data = { summarizeVideo: { job: { id: string } } };
  async function submit(): Promise<void> {
    for (let left = count / submitters; left > 0; left -= 1) {
      if (ids.length >= count) return;
      const data = await send<Data>(url, submitDocument, variables);
      ids.push(data.summarizeVideo.job.id);
    }
  }
  await Promise.all(Array.from({ length: submitters }, submit));
  return ids.slice(0, count);
}
