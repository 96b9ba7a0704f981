import { dataOf, JobsError } from '../errors.ts';
import { JobFields } from '../generated/documents.ts';
import type {
  JobFieldsFragment,
  Starts,
  SummarizeVideoMutationVariables,
} from '../generated/types.ts';
import { backoff } from '../wire/backoff.ts';
import type { Wire } from '../wire/watch.ts';

/** The mutations that start a job. */
export type StartName = keyof Starts;
export type JobOptions = NonNullable<SummarizeVideoMutationVariables['options']>;

/** Why a job was not started, as the server says it; `__typename` tells which fields there are. */
export type Refusal<Name extends StartName> = Exclude<Starts[Name]['answer'], { job: unknown }>;

export interface StartedJob {
  job: JobFieldsFragment;
  /** False if an earlier call had started it. */
  created: boolean;
}

/** Requests without an answer, until it is given up: half a minute of pauses, and the time-out of those that are not even refused. */
const maxFailures = 10;

/** The mutation that starts a job of one type, with all that its answer may be. */
export function writeDocument(name: string): string {
  const type = name[0]!.toUpperCase() + name.slice(1);
  return `mutation($input:${type}Input!$options:JobOptions){${name}(input:$input options:$options){__typename ...on ${type}Payload{created job{${JobFields}}}...on Error{message}...on NotFoundError{path}...on ValidationError{issues{path message}}...on RateLimitedError{retryAfterMs}}}`;
}

/** Starts a job, or says why not. Sent again until there is an answer: with its idempotency key that starts no second job. */
export async function startJob<Name extends StartName>(
  { request }: Pick<Wire, 'request'>,
  name: Name,
  variables: { input: Starts[Name]['input']; options: JobOptions },
  signal: AbortSignal | undefined,
): Promise<StartedJob | { error: Refusal<Name> }> {
  const query = writeDocument(name);
  for (let failures = 0; ; failures += 1) {
    try {
      const data = dataOf(await request({ query, variables }, signal));
      const answer = data[name] as Starts[Name]['answer'];
      return 'job' in answer ? answer : { error: answer as Refusal<Name> };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof JobsError || failures >= maxFailures) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoff(failures)));
    }
  }
}
