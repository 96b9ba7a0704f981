import { setTimeout as pause } from 'node:timers/promises';
import type { OpenClient } from './client-under-test.ts';
import { startFaultyNetwork } from './faulty-network.ts';
import { createJobStarter } from './job-starter.ts';
import type { JobStarter, Truth } from './job-starter.ts';
import { recordJob, recordLog } from './recorder.ts';
import type { Verdict } from './recorder.ts';
import type { Scenario, Stage } from './scenarios.ts';
import type { Servers } from './servers.ts';

/** How a client has come through a scenario. */
export interface Outcome {
  /** From when all was well again to when the job's end was shown, in ms; undefined if it never was. */
  shownAfterMs: number | undefined;
  /** What it has said at its end; undefined if it has said nothing. */
  endReason: string | undefined;
  /** Whether it shows the newest version in the end. */
  isNewest: boolean;
  job: Verdict;
  log: Verdict;
}

/** So long a client may take, in ms. */
const shownWithinMs = 60_000;
/** So long its log may take after its job, in ms. */
const logWithinMs = 30_000;
const checkMs = 20;

/** All clients go through a scenario at the same time, each behind a network of its own. */
export async function playScenario(
  servers: Servers,
  clients: Record<string, OpenClient>,
  scenario: Scenario,
): Promise<Record<string, Outcome | undefined>> {
  const own = servers.own!;
  const starter = await createJobStarter(servers, undefined);
  own.model.hold();
  await using opened = new AsyncDisposableStack();
  const players = await Promise.all(
    Object.entries(clients).map(async ([name, open]) => ({
      name,
      ...(await openPlayer(servers, open, scenario, starter, opened)),
    })),
  );
  const disturbed = scenario.disturb?.(own);
  // The jobs go on together, once that has happened to all clients which is to happen before.
  let waiting = players.filter(({ takesPart }) => takesPart).length;
  const finish = () => {
    waiting -= 1;
    if (waiting === 0) own.model.finish();
  };
  const outcomes = await Promise.all(
    players.map(
      async ({ name, takesPart, play }) =>
        [name, takesPart ? await play(finish) : undefined] as const,
    ),
  );
  own.model.finish();
  await disturbed;
  return Object.fromEntries(outcomes);
}

/** A client that shows a job which is held in its middle. */
async function openPlayer(
  servers: Servers,
  open: OpenClient,
  scenario: Scenario,
  starter: JobStarter,
  opened: AsyncDisposableStack,
) {
  const network = opened.use(await startFaultyNetwork(() => servers.choose(0)));
  const token = () => servers.createToken(scenario.tokenSeconds ?? 600);
  const client = opened.use(open({ url: `${network.url}/graphql`, token, pingMs: servers.pingMs }));
  const id = await starter.start();
  const [job, log] = [recordJob(), recordLog()];
  client.watchJob(id, job);
  client.watchLog(id, log);
  await waitUntil(() => job.latest?.state === 'ACTIVE', shownWithinMs);
  const { readJob } = client;

  async function play(finish: () => void): Promise<Outcome> {
    let truth: Truth | undefined;
    const stage: Stage = {
      network,
      readJob: readJob && (() => readJob(id)),
      finishJob: async () => {
        finish();
        while (!truth?.isFinal) {
          truth = await starter.read(id);
          await pause(checkMs);
        }
      },
    };
    await scenario.play(stage);
    const end = truth!;
    const began = performance.now();
    await waitUntil(() => job.isComplete(end), shownWithinMs);
    const shownAfterMs = performance.now() - began;
    const isShown = job.hasShown(end);
    if (isShown) await waitUntil(() => log.isComplete(end), logWithinMs);
    return {
      shownAfterMs: isShown ? shownAfterMs : undefined,
      endReason: job.endReason,
      isNewest: job.isComplete(end),
      job: job.judge(end),
      log: log.judge(end),
    };
  }

  return { play, takesPart: !scenario.needsQuery || readJob !== undefined };
}

async function waitUntil(condition: () => boolean, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition() && performance.now() < end) await pause(checkMs);
}
