import { useCallback, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { JobsError } from '../errors.ts';
import type {
  Batch,
  Job,
  JobFilter,
  JobList,
  Jobs,
  LogLine,
  Queue,
  Refusal,
  Result,
  Run,
  RunOptions,
  StartName,
} from '../jobs.ts';
import type { Snapshot } from '../source.ts';
import type { WireStatus } from '../wire/status.ts';
import { useClient } from './provider.ts';
import { useSource } from './use-source.ts';

/** Without an id nothing is watched, until there is one. */
type Id = string | null | undefined;

type View<Value> = Pick<Snapshot<Value>, 'value' | 'error'>;
const selectAll = <Value>({ value, error }: Snapshot<Value>): View<Value> => ({ value, error });
const stay = () => () => undefined;

/** How the connection is, for "live", "offline since …" and "caught up 12 versions". */
export function useWire(): WireStatus {
  const { wire } = useClient();
  return useSyncExternalStore(wire.subscribe, wire.get, wire.get);
}

export interface JobView {
  /** Undefined until it is known. */
  job: Job | undefined;
  /** Why it cannot be watched. */
  error: JobsError | undefined;
  wire: WireStatus;
  /** Cancels the job; leaving the page only ends the watching. */
  cancel: () => ReturnType<Jobs['cancel']>;
  retry: () => ReturnType<Jobs['retry']>;
}

/** A job, rendered again with each version; with `select`, only when what it returns differs. */
export function useJob(id: Id): JobView;
export function useJob<Selected>(id: Id, select: (job: Job | undefined) => Selected): Selected;
export function useJob<Selected>(id: Id, select?: (job: Job | undefined) => Selected) {
  const client = useClient();
  const source = id == null ? undefined : client.sources.job(id);
  const shown = useSource(source, (snapshot) =>
    select ? select(snapshot.value) : selectAll(snapshot),
  );
  const wire = useSyncExternalStore(
    select ? stay : client.wire.subscribe,
    client.wire.get,
    client.wire.get,
  );
  const actions = useMemo(
    () => ({ cancel: () => client.cancel(id!), retry: () => client.retry(id!) }),
    [client, id],
  );
  if (select) return shown;
  const { value: job, error } = shown as View<Job | undefined>;
  return { job, error, wire, ...actions };
}

export interface JobsView extends JobList {
  error: JobsError | undefined;
  wire: WireStatus;
}

const noJobs: JobList = { jobs: [], isCurrent: false };

/** The jobs that match, newest first: those that are not final, and all that change from now on. */
export function useJobs(filter?: JobFilter | null): JobsView {
  const client = useClient();
  const source = filter === null ? undefined : client.sources.jobs(filter);
  const { value = noJobs, error } = useSource(source, selectAll<JobList | undefined>);
  return { ...value, error, wire: useWire() };
}

/** The lines of a job's log so far. */
export function useJobLogs(id: Id): {
  lines: readonly LogLine[];
  count: number;
  error: JobsError | undefined;
} {
  const client = useClient();
  const source = id == null ? undefined : client.sources.logs(id);
  const { value, error } = useSource(source, selectAll);
  return { lines: value?.lines ?? [], count: value?.count ?? 0, error };
}

/** A batch, each time that it changes. */
export function useBatch(id: Id): { batch: Batch | undefined; error: JobsError | undefined } {
  const client = useClient();
  const source = id == null ? undefined : client.sources.batch(id);
  const { value: batch, error } = useSource(source, selectAll);
  return { batch, error };
}

/** The figures of all queues; undefined until they are known. */
export function useQueues(): readonly Queue[] | undefined {
  return useSource(useClient().sources.queues(), ({ value }) => value);
}

type Input<Name extends StartName> = Parameters<Jobs['run'][Name]>[0];

export interface SubmitView<Name extends StartName> {
  /** Starts a job; the id is there as soon as it is accepted. */
  submit: (input: Input<Name>, options?: RunOptions) => Promise<Run<Name>>;
  isSubmitting: boolean;
  /** Of the latest call. */
  id: string | undefined;
  /** Why the latest call started no job. */
  refusal: Refusal<Name> | undefined;
}

/** Starts jobs of one type from a form. */
export function useSubmit<Name extends StartName>(name: Name): SubmitView<Name> {
  const client = useClient();
  const [state, setState] = useState<Omit<SubmitView<Name>, 'submit'>>({
    isSubmitting: false,
    id: undefined,
    refusal: undefined,
  });
  /** Of calls: an answer that is overtaken by a newer call is not shown. */
  const latest = useRef(0);
  const submit = useCallback(
    async (input: Input<Name>, options?: RunOptions): Promise<Run<Name>> => {
      const mine = ++latest.current;
      const show = (change: Partial<typeof state>) => {
        if (mine === latest.current) setState((before) => ({ ...before, ...change }));
      };
      show({ isSubmitting: true, refusal: undefined });
      try {
        const run = await client.run[name](input, options);
        show({ isSubmitting: false, id: run.id, refusal: run.error });
        return run;
      } catch (error) {
        show({ isSubmitting: false });
        throw error;
      }
    },
    [client, name],
  );
  return { ...state, submit };
}

/** So long an error is the answer to who asks again, in ms. */
const keepErrorMs = 1_000;
const results = new WeakMap<Jobs, Map<string, Promise<Result>>>();

/** What a job makes, for `use`: one promise for all who ask, also while a component suspends. An error is kept for a second. */
export function useResult(id: string): Promise<Result> {
  const client = useClient();
  const known = results.get(client) ?? new Map<string, Promise<Result>>();
  results.set(client, known);
  let result = known.get(id);
  if (!result) {
    known.set(id, (result = client.result(id)));
    // React renders again to show an error. With a new promise it would wait again, and so on for ever.
    result.catch(() => setTimeout(() => known.delete(id), keepErrorMs));
  }
  return result;
}
