import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { createSeededRandom } from '../../test/environment/seeded-random.ts';
import { readArguments, usage, UsageError } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { clients as known } from './clients/index.ts';
import type { OpenClient } from './client-under-test.ts';
import { playScenario } from './play-scenarios.ts';
import { runRandomFaults } from './random-faults.ts';
import type { Ordeal } from './random-faults.ts';
import { scenarios } from './scenarios.ts';
import { startServers, useServers } from './servers.ts';
import { writePage } from './table.ts';
import type { Results } from './table.ts';

/** So often servers of our own send something at least, in ms: what is silent is taken as dead soon. */
const pingMs = 1_000;
const pace = { steps: 12, lastsMs: 6_000 };
/** As servers do by default. */
const tablePingMs = 10_000;
const tablePace = { steps: 12, lastsMs: 1_000 };

async function chooseClients({
  client,
  transport,
}: Arguments): Promise<Record<string, OpenClient>> {
  if (/\.[jt]s$/.test(client)) {
    const url = new URL(client, `file://${process.cwd()}/`).href;
    return { [client]: ((await import(url)) as { openClient: OpenClient }).openClient };
  }
  const transports = known[client];
  if (!transports)
    throw new UsageError(`--client is one of ${Object.keys(known).join(', ')}, or a file.`);
  const chosen = Object.entries(transports).filter(([name]) => name === (transport ?? name));
  if (chosen.length === 0)
    throw new UsageError(`--transport is one of ${Object.keys(transports).join(', ')}.`);
  return Object.fromEntries(chosen.map(([name, open]) => [`${client} ${name}`, open]));
}

/** Takes all clients through all scenarios, and writes what came of it to a file. */
async function makeTable({ table, replicas }: Arguments): Promise<number> {
  await using servers = await startServers({ replicas, pace: tablePace, pingMs: tablePingMs });
  const clients = Object.fromEntries(
    Object.entries(known).flatMap(([library, transports]) =>
      Object.entries(transports).map(([name, open]) => [`${library} ${name}`, open]),
    ),
  );
  const results: Results = {};
  // What a library rejects and nobody can catch: in a page it is a line in the console.
  process.on('unhandledRejection', () => undefined);
  for (const scenario of scenarios) {
    const outcomes = await playScenario(servers, clients, scenario);
    for (const [name, outcome] of Object.entries(outcomes))
      (results[name] ??= {})[scenario.title] = outcome;
    console.log(`${scenario.title}: done`);
  }
  await writeFile(table!, await writePage(results, scenarios));
  return 0;
}

async function openServers(given: Arguments) {
  return given.url === undefined
    ? startServers({ replicas: given.replicas, pace, pingMs })
    : useServers(given.url, given);
}

async function conform(args: readonly string[]): Promise<number> {
  const given = readArguments(args);
  if (given.help) return print(usage, 0);
  if (given.table !== undefined) return makeTable(given);
  const clients = await chooseClients(given);
  await using servers = await openServers(given);
  const random = createSeededRandom(given.seed);
  const { faults: count, copies, job, restartEveryMs } = given;
  const began = performance.now();
  const onProgress = (faults: number) => console.error(`${faults} faults`);
  const results = await runRandomFaults({
    servers,
    clients,
    copies,
    count,
    random,
    job,
    restartEveryMs,
    onProgress,
  });
  console.table(Object.fromEntries(results.map(({ name, ...figures }) => [name, figures])));
  console.log(`${Math.round((performance.now() - began) / 1_000)} s, seed ${given.seed}`);
  return results.some(isWrong) ? 1 : 0;
}

function isWrong({ missed, doubled, backwards }: Ordeal): boolean {
  return missed + doubled + backwards > 0;
}

function print(text: string, code: number): number {
  console.log(text);
  return code;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  // Clients of others may leave something that keeps a process alive.
  process.exit(await conform(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 64;
}
