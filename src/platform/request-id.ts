import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** The request that the current code runs for; it passes through functions that know nothing of requests. */
const requests = new AsyncLocalStorage<{ requestId: string | undefined }>();

/** Ids that are accepted from a proxy: bounded, and without line breaks and quotes. */
const acceptable = /^[\w.:-]{1,64}$/;

/** Runs code for a request. Log lines in it carry the request's id: the given one if it is acceptable, or a new one. */
export function runRequest<T>(given: unknown, run: () => T): T {
  const requestId = typeof given === 'string' && acceptable.test(given) ? given : undefined;
  return requests.run({ requestId }, run);
}

/** The fields that a log line gets from the current request, if any. A new id is made at the first line that needs it. */
export function describeRequest(): { requestId?: string } {
  const request = requests.getStore();
  if (!request) return {};
  request.requestId ??= randomUUID();
  return { requestId: request.requestId };
}
