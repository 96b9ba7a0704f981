import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readCpu } from './process-usage.ts';
import type { LoadCommands } from './load/main.ts';
import { startCommandProcess } from './command-process.ts';
import type { CommandProcess } from './command-process.ts';
import type { Program } from './program.ts';
import type { Services } from './services.ts';
import { createJobs } from './variants/variant.ts';
import type { VariantName, Variant } from './variants/variant.ts';
import type { WorkerCommands } from './job-driver.ts';

/** What all measures share. */
export interface Bench {
  services: Services;
  variants: Record<VariantName, Variant>;
  /** Short rounds, which only show that the bench works. */
  quick: boolean;
}

/** A variant's processes, and jobs that run and report nothing until they are told to. */
export interface Deployment extends AsyncDisposable {
  variant: Variant;
  api: Program;
  worker: CommandProcess<WorkerCommands>;
  load: CommandProcess<LoadCommands>;
  jobIds: string[];
  /** CPU time of each process so far, in µs. */
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
/** More than the jobs of any measure. */
const concurrency = 2_000;
const activeWithinMs = 60_000;
/** A pause after jobs have started, until the processes are idle. */
const settleMs = 500;

export async function startDeployment(
  variant: Variant,
  jobs: number,
  nodeOptions?: string,
): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  stack.defer(variant.clear);
  const api = stack.use(await variant.startApi(nodeOptions));
  const worker = stack.use(await variant.startWorker(concurrency));
  const load = stack.use(await startLoad());

  async function addJobs(count: number): Promise<string[]> {
    const before = await worker.call('countRunning');
    const ids = await createJobs(variant, api.url, count);
    await awaitRunning(worker, before + count);
    await delay(settleMs);
    return ids;
  }
  const readCpus = (): Cpus => ({
    api: readCpu(api.pid),
    worker: readCpu(worker.pid),
    load: readCpu(load.pid),
    ...variant.readServicesCpu(),
  });
  const jobIds = await addJobs(jobs);
  const opened = stack.move();
  const dispose = () => opened.disposeAsync();
  return { variant, api, worker, load, jobIds, readCpus, addJobs, [Symbol.asyncDispose]: dispose };
}

export function startLoad(): Promise<CommandProcess<LoadCommands>> {
  return startCommandProcess<LoadCommands>(loadFile, {});
}

async function awaitRunning(worker: CommandProcess<WorkerCommands>, count: number): Promise<void> {
  for (const end = Date.now() + activeWithinMs; Date.now() < end; await delay(50)) {
    if ((await worker.call('countRunning')) >= count) return;
  }
  throw new Error(`Only ${await worker.call('countRunning')} of ${count} jobs run.`);
}

/** CPU time since an earlier reading, divided by `units`, in µs. */
export function divideCpu(deployment: Deployment, before: Cpus, units: number): Cpus {
  const after = deployment.readCpus();
  const divide = (name: keyof Cpus): number => (after[name] - before[name]) / units;
  return {
    api: divide('api'),
    worker: divide('worker'),
    redis: divide('redis'),
    postgres: divide('postgres'),
    load: divide('load'),
  };
}
