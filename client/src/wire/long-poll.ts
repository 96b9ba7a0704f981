import { lossOf, LostError } from './loss.ts';
import { createPoll, notFound } from './polls.ts';
import { sendRequest } from './request.ts';
import { expectAnswer, usualPingMs } from './watchdog.ts';
import type { Connection, Endpoint, Loss, Receiver, SubscriptionRequest } from './transport.ts';

/** How long the server holds a poll open at most, in ms. */
const longestWaitMs = 25_000;
/** Polls that are held open at the same time. A browser has six connections of HTTP/1.1 to a server, for all of its tabs. */
const maxHeld = 2;
/** Between two polls of what cannot be waited for. */
const pauseMs = 2_000;

/** For networks that let no stream through: short requests, and `GET /api/jobs/:id` that waits until something is newer. */
export function connect(endpoint: Endpoint, receiver: Receiver): Connection {
  const running = new Map<string, AbortController>();
  const { pingMs = usualPingMs } = endpoint;
  // As often as a stream would say something: a poll that is silent for longer is dead, too.
  const waitMs = Math.min(longestWaitMs, pingMs);
  let isOpen = false;
  let isOver = false;
  let held = 0;

  function end(loss?: Loss): void {
    if (isOver) return;
    isOver = true;
    for (const controller of running.values()) controller.abort();
    if (loss) receiver.lost(loss);
  }

  async function poll(
    id: string,
    subscription: SubscriptionRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const { request, read, waitAt } = createPoll(subscription);
    for (let tag: string | undefined; ;) {
      const { data, errors } = await sendRequest(endpoint, request(), expectAnswer(signal, pingMs));
      if (signal.aborted) return;
      if (errors) return receiver.next(id, { errors });
      if (Object.values(data!).includes(null)) return receiver.next(id, notFound);
      const { events, isOver, hasMore } = read(data!);
      for (const event of events) receiver.next(id, { data: event });
      if (isOver) return receiver.complete(id);
      if (hasMore) continue;
      if (waitAt === undefined || held >= maxHeld) await pause(signal);
      else tag = await waitForNewer(waitAt, tag, signal);
      if (signal.aborted) return;
    }
  }

  /** Resolves with the tag of what is there, once it is not `tag`. */
  async function waitForNewer(
    path: string,
    tag: string | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    held += 1;
    try {
      for (;;) {
        const response = await endpoint.fetch(new URL(`${path}?waitMs=${waitMs}`, endpoint.url), {
          headers: { ...endpoint.headers, ...(tag !== undefined && { 'if-none-match': tag }) },
          signal: expectAnswer(signal, pingMs),
        });
        void response.body?.cancel();
        if (!response.ok && response.status !== 304) throw new LostError(response);
        const current = response.headers.get('etag') ?? undefined;
        // The first answer says only which version there is: what is newer than the query's answer comes with the next one.
        if (tag === undefined || current !== tag) return current;
      }
    } finally {
      held -= 1;
    }
  }

  queueMicrotask(() => {
    if (isOver) return;
    isOpen = true;
    receiver.open();
  });
  return {
    start: (id, request) => {
      if (!isOpen) return;
      const controller = new AbortController();
      running.set(id, controller);
      poll(id, request(), controller.signal).catch((error: unknown) => {
        if (!controller.signal.aborted) end(lossOf(error));
      });
    },
    stop: (id) => {
      running.get(id)?.abort();
      running.delete(id);
    },
    // Each request has an answer, or fails.
    probe: () => undefined,
    close: end,
  };
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
