import { dataOf } from './errors.ts';
import { CancelJob, RetryJob } from './generated/documents.ts';
import type { CancelJobMutation, RetryJobMutation } from './generated/types.ts';
import { iterate, iterateLines } from './iterate.ts';
import type { Jobs, JobsOptions } from './jobs.ts';
import { createWaitForResult, shareResults } from './run/results.ts';
import { createRun } from './run/run.ts';
import { findStorage } from './run/submissions.ts';
import { createSources } from './sources.ts';
import { createStatus } from './wire/status.ts';
import { createWire } from './wire/wire.ts';

/** A client of the server at `url`. It connects when something is watched. */
export function createJobs(options: JobsOptions): Jobs {
  const { token } = options;
  const status = createStatus();
  const wire = createWire({
    ...options,
    url: new URL(options.url, globalThis.location?.href).href,
    token: async () => (typeof token === 'function' ? token() : token),
    fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
    ladder: options.transports ?? ['websocket', 'sse', 'poll'],
    timeoutMs: options.timeoutMs ?? 35_000, // a server takes 30 s at most
    status,
  });
  const sources = createSources(wire);

  const request: Jobs['request'] = async (query, variables = {}, signal) =>
    dataOf(await wire.request({ query, variables: { ...variables } }, signal)) as never;
  const watch: Jobs['watch'] = (id, watching) => iterate(sources.job(id), watching);
  const waitForResult = createWaitForResult(watch, request);
  const cancel: Jobs['cancel'] = async (id) =>
    (await request<CancelJobMutation>(CancelJob, { id })).cancelJob;

  return {
    run: createRun(wire, options.storage ?? findStorage(), waitForResult, cancel),
    watch,
    watchAll: (filter, watching) => iterate(sources.jobs(filter), watching),
    logs: (id, watching) => iterateLines(sources.logs(id), watching),
    batch: (id, watching) => iterate(sources.batch(id), watching),
    queues: (watching) => iterate(sources.queues(), watching),
    result: shareResults(waitForResult),
    cancel,
    retry: async (id) => {
      const { retryJob } = await request<RetryJobMutation>(RetryJob, { id });
      sources.job(id).refresh();
      return retryJob;
    },
    request,
    wire: status,
    sources,
    close: wire.close,
    [Symbol.dispose]: wire.close,
  };
}
