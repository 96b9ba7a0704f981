import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '../../test/environment/seeded-random.ts';
import type { OpenClient } from './client-under-test.ts';
import { startFaultyNetwork } from './faulty-network.ts';
import type { Fault, FaultyNetwork } from './faulty-network.ts';
import { createJobStarter } from './job-starter.ts';
import type { JobToStart } from './job-starter.ts';
import { add, createVerdict } from './recorder.ts';
import type { Verdict } from './recorder.ts';
import type { Servers } from './servers.ts';
import { runTrial } from './trial.ts';
import type { Spell } from './trial.ts';

/** What clients of one kind have been through. */
export interface Ordeal extends Verdict {
  name: string;
  /** Faults that hit a connection in use. */
  faults: number;
  jobs: number;
}

export interface RandomFaults {
  servers: Servers;
  clients: Record<string, OpenClient>;
  /** Of each kind, at once. */
  copies: number;
  /** Faults that hit a connection in use, of all clients together. */
  count: number;
  random: SeededRandom;
  job: JobToStart | undefined;
  /** How often a server is ended and started again, in ms; never by default. */
  restartEveryMs?: number | undefined;
  /** Called now and then with the faults so far. */
  onProgress?: (faults: number) => void;
}

/** Faults between two reports. */
const tellEvery = 100;

/** Pieces of answers after which a client has what it asked for when it connected, more or less. */
const settledPieces = 6;
/** From then to the next fault at most, in ms. */
const longestPauseMs = 200;
const checkMs = 5;
/** Those that a client notices late come less often, or they would be most of the time. */
const commonFaults: readonly Fault[] = [
  'cut',
  'cut',
  'cut',
  'cut',
  'slow',
  'slow',
  'refuse',
  'freeze',
];

/** Tokens of our own servers end while they are in use. */
const tokenSeconds = 3;

/** Many clients at once, each behind a network of its own that fails at random, until there have been so many faults. */
export async function runRandomFaults(options: RandomFaults): Promise<Ordeal[]> {
  const { servers, clients, copies, count, random } = options;
  const starter = await createJobStarter(servers, options.job);
  let struck = 0;
  let told = 0;
  const isOver = () => struck >= count;

  async function strike(
    network: FaultyNetwork,
    ordeal: Ordeal,
    spell: Spell & { replica: number },
  ): Promise<void> {
    while (!isOver()) {
      // Now and then while the client is still connecting, or is told what it has missed.
      const passed = random.below(4) === 0 ? 0 : settledPieces;
      while (!isOver() && (spell.isCalm || network.inUse === 0 || network.passed < passed))
        await pause(checkMs);
      await pause(random.below(longestPauseMs));
      if (isOver() || network.inUse === 0) continue;
      const fault = random.pick(commonFaults);
      // What ends all connections may lead to another server.
      if (fault === 'cut' || fault === 'refuse') spell.replica += random.below(2);
      network.strike(fault);
      struck += 1;
      ordeal.faults += 1;
      if (struck < told + tellEvery) continue;
      told = struck;
      options.onProgress?.(struck);
    }
  }

  async function run(ordeal: Ordeal, open: OpenClient, copy: number): Promise<void> {
    const spell = { isCalm: false, replica: copy };
    await using network = await startFaultyNetwork(() => servers.choose(spell.replica));
    const { pingMs, createToken } = servers;
    const token = () => createToken(tokenSeconds);
    await using client = open({ url: `${network.url}/graphql`, token, pingMs });
    const striking = strike(network, ordeal, spell);
    for (let trial = 0; !isOver(); trial += 1) {
      add(ordeal, await runTrial(client, starter, `${ordeal.name}-${copy}-${trial}`, spell));
      ordeal.jobs += 1;
    }
    await striking;
  }

  async function restart(): Promise<void> {
    const { restartEveryMs } = options;
    if (restartEveryMs === undefined) return;
    for (let next = restartEveryMs; !isOver(); next -= 100) {
      await pause(100);
      if (next > 0) continue;
      next = restartEveryMs;
      await servers.own?.restart(random.pick(['SIGTERM', 'SIGKILL']), random.below(60));
    }
  }

  const ordeals = Object.entries(clients).map(([name, open]) => ({
    ordeal: { name, faults: 0, jobs: 0, ...createVerdict() },
    open,
  }));
  const runs = ordeals.flatMap(({ ordeal, open }) =>
    Array.from({ length: copies }, (_, copy) => run(ordeal, open, copy)),
  );
  await Promise.all([...runs, restart()]);
  return ordeals.map(({ ordeal }) => ordeal);
}
