import { parseArgs } from 'node:util';
import type { JobToStart } from './job-starter.ts';

export const usage = `conformance: whether a client shows all of a job, once and in order, whatever happens to its connections

  node client/conformance/main.ts [--client <name>] [--transport <name>] [--faults <number>] [--seed <number>]

  --client     ours (the default), apollo, urql, graphql-ws, graphql-sse, or a file that exports \`openClient\`
  --transport  one of the client's; all of them by default
  --faults     faults that hit a connection in use, at random; 1000 by default
  --copies     clients of each kind at once; 6 by default
  --seed       the same seed chooses the same faults
  --replicas   servers of our own, on Redis and PostgreSQL; 1, the default, is the embedded stack
  --restarts   ends one of our servers every so many seconds, and starts it again
  --url        a server that runs already; its jobs are started by --job and --input
  --token      the token or API key for it
  --ping       so often that server sends something at least, in ms; 10000 by default
  --job        the mutation that starts a job, such as transcribeVideo
  --input      its input, as JSON
  --table      goes through all scenarios with all clients, and writes the table to this file

The exit code is 0 when nothing was missed, doubled or shown backwards, 1 when something was, and 64 when the command is not understood.
`;

export class UsageError extends Error {}

export interface Arguments {
  help: boolean;
  client: string;
  transport: string | undefined;
  faults: number;
  copies: number;
  seed: number;
  replicas: number;
  restartEveryMs: number | undefined;
  url: string | undefined;
  token: string | undefined;
  pingMs: number;
  job: JobToStart | undefined;
  table: string | undefined;
}

/** Throws UsageError with what is wrong. */
export function readArguments(args: readonly string[]): Arguments {
  const values = parse(args);
  const { url } = values;
  if (url !== undefined && (values.job === undefined || values.input === undefined))
    throw new UsageError('--url needs --job and --input: what it is to start there.');
  return {
    help: values.help ?? false,
    client: values.client ?? 'ours',
    transport: values.transport,
    faults: readNumber('faults', values.faults, 1_000),
    copies: readNumber('copies', values.copies, 6),
    seed: readNumber('seed', values.seed, 1),
    replicas: readNumber('replicas', values.replicas, 1),
    restartEveryMs: values.restarts && readNumber('restarts', values.restarts, 0) * 1_000,
    url,
    token: values.token,
    pingMs: readNumber('ping', values.ping, 10_000),
    job: url === undefined ? undefined : { mutation: values.job!, input: readJson(values.input!) },
    table: values.table,
  } as Arguments;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        client: { type: 'string' },
        transport: { type: 'string' },
        faults: { type: 'string' },
        copies: { type: 'string' },
        seed: { type: 'string' },
        replicas: { type: 'string' },
        restarts: { type: 'string' },
        url: { type: 'string' },
        token: { type: 'string' },
        ping: { type: 'string' },
        job: { type: 'string' },
        input: { type: 'string' },
        table: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readNumber(name: string, given: string | undefined, fallback: number): number {
  const value = Number(given ?? fallback);
  if (!Number.isInteger(value) || value < 0) throw new UsageError(`--${name} must be a number.`);
  return value;
}

function readJson(given: string): object {
  try {
    const value: unknown = JSON.parse(given);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new UsageError('--input must be a JSON object, such as {"videoId": "…"}.');
}
