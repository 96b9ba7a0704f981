import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export type Fault = 'cut' | 'freeze' | 'refuse' | 'slow';
export const faults: readonly Fault[] = ['cut', 'freeze', 'refuse', 'slow'];

/** So long new connections are refused, or what is sent is held back, in ms. */
const spellMs = 150;

export interface FaultyNetwork extends AsyncDisposable {
  /** The address of whatever is behind it. */
  url: string;
  /**
   * `cut` ends all connections; `freeze` leaves them open, and nothing passes any more (the other side has vanished);
   * `refuse` ends them, and accepts none for a while; `slow` holds back what is sent for a while. Returns how many of the
   * connections were in use: had a stream, or waited for an answer.
   */
  strike: (fault: Fault, forMs?: number) => number;
  /** Holds back answers, not streams, until the returned function is called. */
  holdAnswers: () => () => void;
  /** Whether something is held back. */
  readonly isHolding: boolean;
  /** Connections that are in use. */
  readonly inUse: number;
  /** Pieces of answers and streams that were let through since the last fault. */
  readonly passed: number;
}

/** A connection through the network. */
interface Pair {
  client: Socket;
  server: Socket;
  isFrozen: boolean;
  /** The server has begun to answer with a stream. */
  isStream: boolean;
  /** The client has sent something that is not answered yet. */
  isAsking: boolean;
  /** What is held back; undefined while everything passes. */
  held: Buffer[] | undefined;
}

const streams = /^HTTP\/1\.1 (101|200[^]*content-type: (text\/event-stream|multipart))/i;

/** A network between a client and one of several servers, chosen for each connection, that can fail in several ways. */
export async function startFaultyNetwork(choose: () => string): Promise<FaultyNetwork> {
  const pairs = new Set<Pair>();
  let refusesUntil = 0;
  let holdsAnswers = false;
  let passed = 0;

  const listener = createServer((client) => {
    if (Date.now() < refusesUntil) return client.destroy();
    const { hostname, port } = new URL(choose());
    const server = connect(Number(port), hostname);
    const pair: Pair = {
      client,
      server,
      isFrozen: false,
      isStream: false,
      isAsking: false,
      held: undefined,
    };
    pairs.add(pair);
    client.on('data', (chunk) => {
      pair.isAsking = true;
      if (!pair.isFrozen && !server.destroyed) server.write(chunk);
    });
    server.on('data', (chunk) => receive(pair, chunk));
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on('error', end).on('close', end);
    // Nobody tells the client of a frozen connection that the other side has given it up.
    const endUnlessFrozen = () => !pair.isFrozen && end();
    server.on('error', endUnlessFrozen).on('close', endUnlessFrozen);
    return undefined;
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  function receive(pair: Pair, chunk: Buffer): void {
    if (chunk.subarray(0, 9).equals(answerStart)) pair.isStream = streams.test(chunk.toString());
    pair.isAsking = false;
    if (pair.isFrozen) return;
    if (holdsAnswers && !pair.isStream) pair.held ??= [];
    if (pair.held) pair.held.push(chunk);
    else send(pair, chunk);
  }

  function send({ client }: Pair, chunk: Buffer): void {
    passed += 1;
    if (!client.destroyed) client.write(chunk);
  }

  function release(pair: Pair): void {
    const { held = [], isFrozen } = pair;
    pair.held = undefined;
    if (isFrozen) return;
    for (const chunk of held) send(pair, chunk);
  }

  const isInUse = ({ isStream, isAsking, isFrozen }: Pair) => !isFrozen && (isStream || isAsking);
  const strikes: Record<Fault, (pair: Pair, forMs: number) => void> = {
    cut: ({ client, server }) => {
      client.resetAndDestroy();
      server.destroy();
    },
    refuse: ({ client, server }) => {
      client.destroy();
      server.destroy();
    },
    freeze: (pair) => {
      pair.isFrozen = true;
    },
    slow: (pair, forMs) => {
      pair.held ??= [];
      setTimeout(() => release(pair), forMs);
    },
  };

  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    strike: (fault, forMs = spellMs) => {
      if (fault === 'refuse') refusesUntil = Date.now() + forMs;
      const hit = [...pairs].filter(isInUse).length;
      passed = 0;
      for (const pair of pairs) strikes[fault](pair, forMs);
      return hit;
    },
    holdAnswers: () => {
      holdsAnswers = true;
      return () => {
        holdsAnswers = false;
        for (const pair of pairs) release(pair);
      };
    },
    get isHolding() {
      return [...pairs].some(({ held }) => held && held.length > 0);
    },
    get inUse() {
      return [...pairs].filter(isInUse).length;
    },
    get passed() {
      return passed;
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) strikes.refuse(pair, 0);
      listener.close();
      await once(listener, 'close');
    },
  };
}

const answerStart = Buffer.from('HTTP/1.1 ');
