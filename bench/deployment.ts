import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readCpu } from './process-usage.ts';
import type { LoadCommands } from './load/main.ts';
import { startPeer } from './command-process.ts';
import type { Peer } from './command-process.ts';
import type { Program } from './program.ts';
import type { Services } from './services.ts';
import { createJobs } from './variants/variant.ts';
import type { Contestant, Side } from './variants/variant.ts';
import type { WorkerCommands } from './job-driver.ts';

/** What all measures stand on. */
export interface Bench {
  services: Services;
  sides: Record<Contestant, Side>;
  /** Short rounds, to see that it works. */
  quick: boolean;
}

/** A side's processes, and jobs that run and say nothing until they are told to. */
export interface Scene extends AsyncDisposable {
  side: Side;
  api: Program;
  worker: Peer<WorkerCommands>;
  load: Peer<LoadCommands>;
  jobIds: string[];
  /** CPU of each process so far, in µs. */
  readCpus: () => Cpus;
  /** Submits more jobs; resolves once they run. */
  addJobs: (count: number) => Promise<string[]>;
}

export interface Cpus {
  api: number;
  worker: number;
  redis: number;
  postgres: number;
  load: number;
}

const loadFile = join(import.meta.dirname, 'load/main.ts');
/** Jobs at once in the worker: more than any measure has. */
const concurrency = 2_000;
const activeWithinMs = 60_000;
/** After a start: what it stirs up has settled. */
const settleMs = 500;

export async function openScene(side: Side, jobs: number, nodeOptions?: string): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  stack.defer(side.clear);
  const api = stack.use(await side.startApi(nodeOptions));
  const worker = stack.use(await side.startWorker(concurrency));
  const load = stack.use(await startLoad());

  async function addJobs(count: number): Promise<string[]> {
    const before = await worker.ask('countRunning');
    const ids = await createJobs(side, api.url, count);
    await awaitRunning(worker, before + count);
    await delay(settleMs);
    return ids;
  }
  const readCpus = (): Cpus => ({
    api: readCpu(api.pid),
    worker: readCpu(worker.pid),
    load: readCpu(load.pid),
    ...side.readServicesCpu(),
  });
  const jobIds = await addJobs(jobs);
  const opened = stack.move();
  const dispose = () => opened.disposeAsync();
  return { side, api, worker, load, jobIds, readCpus, addJobs, [Symbol.asyncDispose]: dispose };
}

export function startLoad(): Promise<Peer<LoadCommands>> {
  return startPeer<LoadCommands>(loadFile, {});
}

async function awaitRunning(worker: Peer<WorkerCommands>, count: number): Promise<void> {
  for (const end = Date.now() + activeWithinMs; Date.now() < end; await delay(50)) {
    if ((await worker.ask('countRunning')) >= count) return;
  }
  throw new Error(`only ${await worker.ask('countRunning')} of ${count} jobs run`);
}

/** CPU spent since an earlier reading, per unit, in µs. */
export function divideCpu(scene: Scene, before: Cpus, units: number): Cpus {
  const after = scene.readCpus();
  const divide = (name: keyof Cpus): number => (after[name] - before[name]) / units;
  return {
    api: divide('api'),
    worker: divide('worker'),
    redis: divide('redis'),
    postgres: divide('postgres'),
    load: divide('load'),
  };
}
