import { lossOf, LostError } from './loss.ts';
import { readEvents } from './read-events.ts';
import type {
  Answer,
  Connection,
  Endpoint,
  Loss,
  Receiver,
  SubscriptionRequest,
} from './transport.ts';
import { startWatchdog } from './watchdog.ts';

/** Operations that a server takes in one request. */
const maxOperations = 100;
/** Streams side by side while neither is full: a browser has six connections of HTTP/1.1 to a server, for all of its tabs. */
const maxStreams = 2;

type Operations = Map<string, () => SubscriptionRequest>;

interface Stream {
  /** Those whose events are wanted. */
  operations: Operations;
  /** How many others the server still sends. */
  unwanted: number;
  probe: () => void;
  close: () => void;
}

/**
 * All subscriptions over server-sent events. One request names several of them, and its answer carries the events of all, so
 * it does not matter which server it reaches. What is added later goes to a second stream; that one is opened again, after
 * what came last, when still more is added.
 */
export function connect(endpoint: Endpoint, receiver: Receiver): Connection {
  const { url, pingMs, fetch } = endpoint;
  /** In the order in which they were opened. */
  const streams = new Set<Stream>();
  const waiting: Operations = new Map();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOpen = false;
  /** What the first stream has: these are begun already when everything is begun. */
  let begun: Operations | undefined;

  function end(loss?: Loss): void {
    clearTimeout(timer);
    waiting.clear();
    for (const { close } of streams) close();
    if (loss) receiver.lost(loss);
  }

  function open(operations: Operations): void {
    const controller = new AbortController();
    const watchdog = startWatchdog(pingMs, { onDead: () => end({ reason: 'lost' }) });
    const stream: Stream = {
      operations,
      unwanted: 0,
      probe: watchdog.probe,
      close: () => {
        streams.delete(stream);
        watchdog.stop();
        controller.abort();
      },
    };
    streams.add(stream);
    read(stream, controller.signal, watchdog.heard).then(
      () => lose(stream, { reason: 'lost' }),
      (error: unknown) => lose(stream, lossOf(error)),
    );
  }

  /** One that was not closed here, and whose operations are not all complete. */
  function lose(stream: Stream, loss: Loss): void {
    if (streams.has(stream)) end(loss);
  }

  async function read(stream: Stream, signal: AbortSignal, heard: () => void): Promise<void> {
    const { operations } = stream;
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...endpoint.headers,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify([...operations].map(toOperation)),
      signal,
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (!response.ok || !isStream) throw new LostError(response);
    if (!isOpen) {
      isOpen = true;
      begun = operations;
      receiver.open();
      begun = undefined;
    }
    for await (const { event, data } of readEvents(response.body!, heard)) {
      if (!streams.has(stream)) return;
      const { id, payload } = JSON.parse(data) as { id: string; payload: Answer };
      if (!operations.has(id)) continue;
      if (event === 'next') receiver.next(id, payload);
      else {
        operations.delete(id);
        receiver.complete(id);
        if (operations.size === 0) stream.close();
      }
    }
  }

  /** What is begun at the same time is one request. */
  function begin(operations: Operations): void {
    for (const [id, request] of operations) waiting.set(id, request);
    clearTimeout(timer);
    timer = setTimeout(flush);
  }

  function flush(): void {
    const last = [...streams].at(-1);
    let added = [...waiting];
    waiting.clear();
    if (
      last &&
      streams.size >= maxStreams &&
      last.operations.size + added.length <= maxOperations
    ) {
      added = [...last.operations, ...added];
      last.close();
    }
    while (added.length > 0) open(new Map(added.splice(0, maxOperations)));
  }

  return {
    start: (id, request) => {
      if (begun?.has(id)) return;
      for (const { operations } of streams) operations.delete(id);
      begin(new Map([[id, request]]));
    },
    stop: (id) => {
      waiting.delete(id);
      for (const stream of streams) {
        if (!stream.operations.delete(id)) continue;
        stream.unwanted += 1;
        // The server sends more that nobody wants than what somebody does.
        if (stream.unwanted <= stream.operations.size) continue;
        stream.close();
        begin(stream.operations);
      }
    },
    probe: () => {
      for (const { probe } of streams) probe();
    },
    close: end,
  };
}

function toOperation([operationId, request]: [string, () => SubscriptionRequest]) {
  const { query, variables } = request();
  return { query, variables, extensions: { operationId } };
}
