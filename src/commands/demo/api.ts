import { createClient } from 'graphql-sse';
import { StartupError } from '../../errors.ts';
import { watchDocument } from './documents.ts';

/** A job with the fields of `watchDocument`. */
export interface WatchedJob<Result = unknown> {
  version: number;
  state: 'QUEUED' | 'DELAYED' | 'ACTIVE' | 'COMPLETED' | 'FAILED' | 'CANCELED' | 'EXPIRED';
  progress: number;
  stage: string | null;
  attempt: number;
  maxAttempts: number;
  error: { code: string; message: string } | null;
  result?: Result | null;
}

export interface Api extends Disposable {
  /** Sends a mutation of `documents.ts`; returns the id of the created object, throws StartupError if it is refused. */
  mutate: (document: string, input: object) => Promise<string>;
  /** Every version of a job from now on, up to the final one, by server-sent events. */
  watch: <Result>(jobId: string) => AsyncIterableIterator<WatchedJob<Result>>;
}

interface Answer<Data> {
  data?: Data | null;
  errors?: readonly { message: string }[];
}

interface Outcome {
  outcome: { created?: { id: string }; message?: string; issues?: { message: string }[] };
}

/** A client of the GraphQL API at a URL; aborting the signal ends all of its requests. */
export function createApi(url: string, signal: AbortSignal): Api {
  const events = createClient({ url });
  const dispose = (): void => events.dispose();
  signal.addEventListener('abort', dispose, { once: true });

  return {
    mutate: async (query, input) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { input } }),
        signal,
      });
      const { outcome } = getData((await response.json()) as Answer<Outcome>);
      if (outcome.created) return outcome.created.id;
      const issues = outcome.issues?.map((issue) => issue.message) ?? [];
      throw new StartupError([outcome.message, ...issues].join(' '));
    },
    watch: async function* watch<Result>(id: string) {
      type Data = { jobUpdated: WatchedJob<Result> };
      for await (const answer of events.iterate<Data>({
        query: watchDocument,
        variables: { id },
      })) {
        yield getData(answer).jobUpdated;
      }
      signal.throwIfAborted();
    },
    [Symbol.dispose]() {
      signal.removeEventListener('abort', dispose);
      dispose();
    },
  };
}

function getData<Data>({ data, errors }: Answer<Data>): Data {
  if (data && !errors) return data;
  throw new StartupError(
    errors?.map((error) => error.message).join(' ') ?? 'The API gave no answer.',
  );
}
