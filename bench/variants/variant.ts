import type { Redis } from 'ioredis';
import type { CommandProcess } from '../command-process.ts';
import type { Program } from '../program.ts';
import type { WorkerCommands } from '../job-driver.ts';

/** `rest` is the recipe's queue behind Fastify instead of GraphQL; `grown` is ours with a million finished jobs. */
export type VariantName = 'recipe' | 'rest' | 'ours' | 'grown';

/** One implementation of the same API, and what a measure needs to drive it. */
export interface Variant {
  name: VariantName;
  startApi: (nodeOptions?: string) => Promise<Program>;
  /** Starts an API that wants tokens as `tokenRules` says, with its limits; only ours has it. */
  startGuardedApi?: () => Promise<Program>;
  /** Starts an API with workers of all types in one process; only ours has it. */
  startAll?: () => Promise<Program>;
  /** Starts a REST API of jobs without GraphQL; only `rest` has it. */
  startRest?: () => Promise<Program>;
  /** Starts a worker whose jobs do what the bench says, `concurrency` of them at the same time. */
  startWorker: (concurrency: number) => Promise<CommandProcess<WorkerCommands>>;
  /** The variables of `submitDocument`. */
  submission: () => Promise<{ input: object }>;
  /** Counts the stored jobs: in the table, or in the queue if there is no table. */
  countJobs: () => Promise<number>;
  redis: Redis;
  /** The stream of its queue's events. */
  eventStream: {
    key: string;
    metaKey: string;
    /** The progress data that its workers would write. */
    toProgress: (stage: string, version: number) => object;
  };
  /** CPU time of Redis and PostgreSQL so far, in µs. */
  readServicesCpu: () => { redis: number; postgres: number };
  /** Removes all jobs of the bench. */
  clear: () => Promise<void>;
}

/** All variants get exactly the same documents. */
export const subscribeDocument =
  'subscription ($id: ID!) { jobUpdated(id: $id) { id state progress stage version } }';
export const jobDocument = 'query ($id: ID!) { job(id: $id) { id state progress stage version } }';
export const submitDocument =
  'mutation ($input: SummarizeVideoInput!) { summarizeVideo(input: $input) { ... on SummarizeVideoPayload { job { id } } } }';

/** Sends an operation, and returns its data. */
export async function send<Data>(url: string, query: string, variables: object): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (errors || !data) throw new Error(`${query} failed: ${JSON.stringify(errors)}`);
  return data;
}

/** Concurrent requests while jobs are submitted. */
const submitters = 20;

/** Submits jobs through the API, and returns their ids. */
export async function createJobs(variant: Variant, url: string, count: number): Promise<string[]> {
  const variables = await variant.submission();
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
