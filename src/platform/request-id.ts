import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** Which request what is done now is done for. It is context, and passes through functions that know no requests. */
const requests = new AsyncLocalStorage<{ requestId: string | undefined }>();

/** What a proxy may give: no line breaks, no quotes, no end without end. */
const acceptable = /^[\w.:-]{1,64}$/;

/** Does something for a request; what is logged meanwhile carries its id: the one that a proxy gave, or a new one. */
export function runRequest<T>(given: unknown, run: () => T): T {
  const requestId = typeof given === 'string' && acceptable.test(given) ? given : undefined;
  return requests.run({ requestId }, run);
}

/** What to add to a log line: the request that it is of, if any. The id is made when it is first asked for. */
export function describeRequest(): { requestId?: string } {
  const request = requests.getStore();
  if (!request) return {};
  request.requestId ??= randomUUID();
  return { requestId: request.requestId };
}
