import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from '../environment/eventually.ts';
import { checkRun } from './check/check-run.ts';
import { startDeployment } from './system/deployment.ts';
import type { Deployment } from './system/deployment.ts';
import { createLoad } from './load/load.ts';
import type { Load } from './load/load.ts';
import { countUnfinished, readRows } from './system/rows.ts';
import { startChaosModel } from './system/model.ts';
import type { ChaosModel } from './system/model.ts';
import type { DashboardRecord, FaultRecord, RunRecord, Violation } from './record.ts';

/** How long after a fault all jobs may take to be final, and all subscribers to receive it. */
const settlesWithinMs = 60_000;

/** A deployment under load, and everything that is recorded of it. */
export interface Run extends AsyncDisposable {
  seed: number;
  deployment: Deployment;
  model: ChaosModel;
  load: Load;
  faults: FaultRecord[];
  dashboards: DashboardRecord[];
  /** Keys of the submissions whose jobs must fail. */
  expectedFailures: string[];
  /** Prints a line about the run. */
  report: (line: string) => void;
}

export interface RunOptions extends Pick<Run, 'seed' | 'report'> {
  lockDurationMs: number;
}

export async function startRun({ seed, report, lockDurationMs }: RunOptions): Promise<Run> {
  await using stack = new AsyncDisposableStack();
  const model = stack.use(await startChaosModel(seed));
  const deployment = stack.use(
    await startDeployment({ modelServiceUrl: model.url, apis: 2, workers: 2, lockDurationMs }),
  );
  const apis = deployment.members('api').map(({ url }) => url);
  const load = createLoad({ apis, seed });
  // Ends first: otherwise subscribers would lose the APIs.
  stack.defer(load.end);
  report(`seed ${seed}`);
  const opened = stack.move();
  return {
    seed,
    deployment,
    model,
    load,
    faults: [],
    dashboards: [],
    expectedFailures: [],
    report,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Waits until all work so far is done. Returns false if that takes too long: the checks then say what is missing. */
export async function settle(run: Run, name: string): Promise<boolean> {
  const startedAt = Date.now();
  const timer = new AbortController();
  const isSettled = await Promise.race([
    allDone(run),
    delay(settlesWithinMs, false, { signal: timer.signal }),
  ]);
  timer.abort();
  const outcome = isSettled ? 'all jobs final and seen' : 'NOT settled';
  run.report(`${name}: ${outcome} after ${Date.now() - startedAt} ms more`);
  return isSettled;
}

async function allDone({ deployment, load }: Run): Promise<true> {
  const { db } = deployment.services;
  await load.accepted();
  await eventually(async () => expect(await countUnfinished(db)).toBe(0), {
    withinMs: settlesWithinMs,
  }).catch(() => undefined);
  await load.followed();
  return true;
}

/** Ends the load, and returns every broken rule. */
export async function checkAll(run: Run): Promise<Violation[]> {
  await run.load.end();
  await run.deployment.recordResources();
  const record = await readRecord(run);
  run.report(summarize(record));
  return checkRun(record);
}

async function readRecord(run: Run): Promise<RunRecord> {
  const { deployment, model, load, faults, dashboards, expectedFailures } = run;
  return {
    ...(await readRows(deployment.services.db)),
    submissions: load.submissions,
    subscriptions: load.subscriptions,
    calls: [...model.records],
    processes: deployment.records(),
    faults,
    dashboards,
    expectedFailures,
  };
}

function summarize({ jobs, calls, subscriptions, processes }: RunRecord): string {
  const states = Map.groupBy(jobs, ({ state, error }) =>
    error ? `${state} ${error.code}` : state,
  );
  const connections = subscriptions.flatMap((subscription) => subscription.connections);
  return [
    `${jobs.length} jobs (${[...states].map(([state, { length }]) => `${length} ${state}`).join(', ')})`,
    `${calls.length} model calls`,
    `${subscriptions.length} subscribers on ${connections.length} connections`,
    `${connections.filter(({ end }) => end === 'silence').length} closed by clients for silence`,
    `${connections.reduce((sum, { versions }) => sum + versions.length, 0)} versions`,
    `${processes.length} processes`,
  ].join(', ');
}
