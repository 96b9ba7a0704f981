import { backoff } from './backoff.ts';
import { isPassing, isUnauthorized } from './codes.ts';
import { createLadder } from './ladder.ts';
import { authorize, sendWithToken } from './request.ts';
import type { Answer, Connection, GraphQLFault, Loss, TransportName } from './transport.ts';
import { watchPage } from './wake.ts';
import { transports } from './transports.ts';
import type { Watch, Wire, WireOptions } from './watch.ts';

/** So long a connection may take to open, and so long one that nothing is watched over stays open, in ms. */
const patienceMs = 5_000;

interface Entry {
  id: string;
  watch: Watch;
  /** What comes next was missed. */
  isBehind: boolean;
  retry?: ReturnType<typeof setTimeout>;
}

/** One connection for everything that a page watches: kept up, resumed, and on another transport where one does not work. */
export function createWire(options: WireOptions): Wire {
  const { status } = options;
  const ladder = createLadder(options.ladder);
  const entries = new Map<string, Entry>();
  let connection: Connection | undefined;
  let isOpen = false;
  let generation = 0;
  /** Attempts in a row after which nothing has come. */
  let failures = 0;
  let ids = 0;
  /** What is planned: to connect, to give up opening, or to leave when nothing is watched. */
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isConnecting = false;

  function plan(run: () => void, ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  }

  const begin = ({ id, watch }: Entry) => connection?.start(id, watch.request);
  const beginAll = () => entries.forEach(begin);
  const chooseDelay = (atLeastMs = 0) => Math.max(atLeastMs, backoff(failures++));

  async function connect(): Promise<void> {
    if (isConnecting || connection) return;
    isConnecting = true;
    const mine = ++generation;
    /** What an earlier connection reports late is not heard. */
    const ifCurrent =
      <Args extends unknown[]>(run: (...args: Args) => void) =>
      (...args: Args) => {
        if (mine === generation) run(...args);
      };
    const ifWatched = <Rest extends unknown[]>(run: (entry: Entry, ...rest: Rest) => void) =>
      ifCurrent((id: string, ...rest: Rest) => {
        const entry = entries.get(id);
        if (entry) run(entry, ...rest);
      });
    if (status.get().state === 'idle') status.enter('connecting');
    const name = ladder.choose();
    const [token, transport] = await Promise.allSettled([options.token(), transports[name]()]);
    if (mine !== generation) return;
    isConnecting = false;
    // A part of this client that cannot be loaded is like a transport that does not work here.
    if (transport.status === 'rejected') return lost({ reason: 'unsupported' });
    // A token that cannot be had is like a server that cannot be reached.
    if (token.status === 'rejected') return reconnect();
    // A server that is slow has longer each time.
    plan(() => lost({ reason: 'lost' }), patienceMs + backoff(failures));
    connection = transport.value.connect(
      { ...options, headers: authorize(token.value) },
      {
        open: ifCurrent(() => opened(name)),
        next: ifWatched(receive),
        complete: ifWatched(completed),
        lost: ifCurrent(lost),
      },
    );
    beginAll();
  }

  function opened(transport: TransportName): void {
    isOpen = true;
    clearTimeout(timer);
    ladder.succeeded();
    status.enter('live', transport);
    beginAll();
  }

  function lost(loss: Loss): void {
    if (!isOpen || loss.reason === 'unsupported') ladder.failed(loss);
    hangUp();
    entries.forEach(interrupt);
    reconnect(loss.retryAfterMs);
  }

  function hangUp(): void {
    generation += 1;
    clearTimeout(timer);
    connection?.close();
    connection = undefined;
    isOpen = isConnecting = false;
  }

  function reconnect(atLeastMs?: number): void {
    if (entries.size === 0) return disconnect();
    status.enter('offline');
    plan(() => void connect(), chooseDelay(atLeastMs));
  }

  function disconnect(): void {
    hangUp();
    status.enter('idle');
  }

  function receive(entry: Entry, { data, errors }: Answer): void {
    if (errors?.[0]) return fail(entry, errors[0]);
    failures = 0;
    const ahead = entry.watch.next(data!);
    if (entry.isBehind && ahead) status.addMissed(ahead);
    entry.isBehind &&= ahead === undefined;
    if (entry.watch.isOver(false)) finish(entry);
  }

  function fail(entry: Entry, fault: GraphQLFault): void {
    const { code = '', retryAfterMs } = fault.extensions ?? {};
    if (isUnauthorized(code)) return lost({ reason: 'unauthorized' });
    if (isPassing(code)) return restart(entry, retryAfterMs);
    remove(entry);
    entry.watch.fail(fault);
  }

  function completed(entry: Entry): void {
    // That a stream has ended says nothing: what is watched is over by its state.
    (entry.watch.isOver(true) ? finish : restart)(entry);
  }

  function interrupt(entry: Entry): void {
    clearTimeout(entry.retry);
    entry.isBehind = true;
    entry.watch.interrupt();
  }

  function restart(entry: Entry, atLeastMs?: number): void {
    interrupt(entry);
    entry.retry = setTimeout(() => {
      if (isOpen && entries.has(entry.id)) begin(entry);
    }, chooseDelay(atLeastMs));
  }

  function finish(entry: Entry): void {
    remove(entry);
    entry.watch.end();
  }

  function remove({ id, retry }: Entry): void {
    clearTimeout(retry);
    entries.delete(id);
    if (entries.size > 0) return;
    if (isOpen) plan(disconnect, patienceMs);
    else disconnect();
  }

  const leavePage = watchPage(
    () => {
      if (isOpen) connection?.probe();
      else if (entries.size > 0) void connect();
    },
    // What is open would be silent until somebody notices.
    () => {
      if (isOpen) lost({ reason: 'lost' });
    },
  );

  return {
    watch: (watch) => {
      const id = String(++ids);
      const entry: Entry = { id, watch, isBehind: false };
      entries.set(id, entry);
      if (isOpen) {
        clearTimeout(timer);
        begin(entry);
      } else if (entries.size === 1) void connect();
      return () => {
        if (!entries.has(id)) return;
        connection?.stop(id);
        remove(entry);
      };
    },
    request: (request, signal) => sendWithToken(options, request, signal),
    close: () => {
      entries.clear();
      disconnect();
      leavePage();
    },
  };
}
