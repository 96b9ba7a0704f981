import { setTimeout as pause } from 'node:timers/promises';
import type { FaultyNetwork } from './faulty-network.ts';
import type { OwnServers } from './servers.ts';

/** What is between a client and the servers, and what happens to it while its job goes on. */
export interface Stage {
  network: FaultyNetwork;
  /** The client asks for its job by a query; absent if it has none. */
  readJob: (() => Promise<unknown>) | undefined;
  /** Lets the job go on, and resolves once it has ended. */
  finishJob: () => Promise<void>;
}

export interface Scenario {
  title: string;
  description: string;
  /** Of a client's tokens, in seconds. */
  tokenSeconds?: number;
  /** Only for clients that have queries beside their subscriptions. */
  needsQuery?: true;
  /** Goes through it with one client; resolves once all is well again, and the job has ended. */
  play: (stage: Stage) => Promise<void>;
  /** Happens once, to the servers of all clients. */
  disturb?: (servers: OwnServers) => Promise<void>;
}

const refusedMs = 10_000;
const slowMs = 5_000;
const tokenSeconds = 2;
/** So many tokens end while a job is held. */
const expiries = 3;

/** What happens to connections in the life of a page, each while a job goes on and ends. */
export const scenarios: readonly Scenario[] = [
  {
    title: 'cut',
    description: 'the connection is reset, and a new one works at once',
    play: async ({ network, finishJob }) => {
      network.strike('cut');
      await finishJob();
    },
  },
  {
    title: 'refused 10 s',
    description: 'the connection ends, and none is accepted for 10 s',
    play: async ({ network, finishJob }) => {
      network.strike('refuse', refusedMs);
      const isBack = pause(refusedMs);
      await finishJob();
      await isBack;
    },
  },
  {
    title: 'half-open',
    description: 'nothing comes over the connection any more, and nothing says so; a new one works',
    play: async ({ network, finishJob }) => {
      network.strike('freeze');
      await finishJob();
    },
  },
  {
    title: 'shutdown',
    description: 'the server ends by SIGTERM, and another one takes over',
    disturb: ({ restart }) => restart('SIGTERM', 0),
    play: ({ finishJob }) => finishJob(),
  },
  {
    title: 'kill -9',
    description: 'the server is killed, and another one takes over',
    disturb: ({ restart }) => restart('SIGKILL', 0),
    play: ({ finishJob }) => finishJob(),
  },
  {
    title: 'tokens end',
    description: `the token ends after ${tokenSeconds} s, and so do the next ones`,
    tokenSeconds,
    play: async ({ finishJob }) => {
      await pause((expiries * tokenSeconds + 1) * 1_000);
      await finishJob();
    },
  },
  {
    title: 'slow 5 s',
    description: 'all that the server sends is held back for 5 s',
    play: async ({ network, finishJob }) => {
      network.strike('slow', slowMs);
      const isBack = pause(slowMs);
      await finishJob();
      await isBack;
    },
  },
  {
    title: 'old answer',
    description: "a query's answer is held back until the job's end has been pushed",
    needsQuery: true,
    play: async ({ network, readJob, finishJob }) => {
      const release = network.holdAnswers();
      void readJob?.().catch(() => undefined);
      const gaveUpAt = performance.now() + slowMs;
      while (!network.isHolding && performance.now() < gaveUpAt) await pause(20);
      await finishJob();
      await pause(slowMs / 2);
      release();
      await pause(slowMs / 5);
    },
  },
];
