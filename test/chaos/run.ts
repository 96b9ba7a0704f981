import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from '../environment/eventually.ts';
import { readSeed } from '../environment/seeded-random.ts';
import { checkRun } from './check/check-run.ts';
import { startDeployment } from './system/deployment.ts';
import type { Deployment } from './system/deployment.ts';
import { createLoad } from './load/load.ts';
import type { Load } from './load/load.ts';
import { countUnfinished } from './system/rows.ts';
import { startChaosModel } from './system/model.ts';
import type { ChaosModel } from './system/model.ts';
import { readRows } from './read-rows.ts';
import type { DashboardRecord, FaultRecord, RunRecord, Violation } from './record.ts';

/** The seed that the choices of a run follow from: CHAOS_SEED, or another one each day. */
export function readChaosSeed(): number {
  return readSeed('CHAOS_SEED', Math.floor(Date.now() / 86_400_000));
}

/** Work is final, and its subscribers know, within so long after all that went wrong. */
const settlesWithinMs = 60_000;

/** A deployment under load, and all that is seen of it. */
export interface Run extends AsyncDisposable {
  seed: number;
  deployment: Deployment;
  model: ChaosModel;
  load: Load;
  faults: FaultRecord[];
  dashboards: DashboardRecord[];
  /** Keys of what is submitted to fail. */
  atFault: string[];
  /** Takes a line about what goes on. */
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
  // First to end: whoever follows a job would else find the APIs gone.
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
    atFault: [],
    report,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/**
 * Waits until all work so far is done, or its time is over, and says whether it is: what is missing then, the checker
 * says.
 */
export async function settle(run: Run, name: string): Promise<boolean> {
  const startedAt = Date.now();
  const late = new AbortController();
  const isSettled = await Promise.race([
    allDone(run),
    delay(settlesWithinMs, false, { signal: late.signal }),
  ]);
  late.abort();
  const outcome = isSettled ? 'all final and seen' : 'NOT settled';
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

/** Ends the load and says all that is broken. */
export async function checkAll(run: Run): Promise<Violation[]> {
  await run.load.end();
  await run.deployment.rest();
  const record = await readRecord(run);
  run.report(summarize(record));
  return checkRun(record);
}

async function readRecord(run: Run): Promise<RunRecord> {
  const { deployment, model, load, faults, dashboards, atFault } = run;
  return {
    ...(await readRows(deployment.services.db)),
    submissions: load.submissions,
    subscriptions: load.subscriptions,
    calls: [...model.records],
    processes: deployment.records(),
    faults,
    dashboards,
    atFault,
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
    `${connections.filter(({ end }) => end === 'silence').length} given up for silence`,
    `${connections.reduce((sum, { versions }) => sum + versions.length, 0)} versions`,
    `${processes.length} processes`,
  ].join(', ');
}
