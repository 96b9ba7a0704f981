import { StartupError } from '../../errors.ts';
import { findJobDocument } from './documents.ts';

/** A job that has ended, with the fields of `findJobDocument`. */
export interface EndedJob<Result = unknown> {
  type: string;
  state: 'COMPLETED' | 'FAILED' | 'CANCELED' | 'EXPIRED';
  error: { code: string; message: string } | null;
  result?: Result | null;
}

export interface Api {
  /** Sends a mutation of `documents.ts`; returns the id of the created object, throws StartupError if it is refused. */
  mutate: (document: string, input: object) => Promise<string>;
  /** A job that has ended. */
  findJob: <Result>(id: string) => Promise<EndedJob<Result>>;
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
  async function request<Data>(query: string, variables: object): Promise<Data> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal,
    });
    const { data, errors } = (await response.json()) as Answer<Data>;
    if (data && !errors) return data;
    throw new StartupError(
      errors?.map((error) => error.message).join(' ') ?? 'The API gave no answer.',
    );
  }

  return {
    mutate: async (query, input) => {
      const { outcome } = await request<Outcome>(query, { input });
      if (outcome.created) return outcome.created.id;
      const issues = outcome.issues?.map((issue) => issue.message) ?? [];
      throw new StartupError([outcome.message, ...issues].join(' '));
    },
    findJob: async <Result>(id: string) => {
      const { job } = await request<{ job: EndedJob<Result> | null }>(findJobDocument, { id });
      if (job) return job;
      throw new StartupError(`The job ${id} was deleted.`);
    },
  };
}
