import { sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import type { RedisInspection } from '../stack/redis/inspection.ts';
import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { adviseRetry, runCheck } from './run-check.ts';

const roundTrips = 10;
/** A job takes a dozen round trips; slower ones would dominate it. */
const slowMs = 50;

const clockSamples = 3;
/** Jobs use the clock of the database. Expiry of tokens and times in logs and metrics use the clock of each host. */
const noticeableMs = 1_000;
const harmfulMs = 5_000;

/** Measures sequential round trips. */
export async function checkLatency(
  check: string,
  what: string,
  roundTrip: () => Promise<unknown>,
): Promise<Finding> {
  const times: number[] = [];
  while (times.length < roundTrips) {
    const begun = performance.now();
    await roundTrip();
    times.push(performance.now() - begun);
  }
  const [median, longest] = [times.toSorted((a, b) => a - b)[roundTrips / 2]!, Math.max(...times)];
  const seen = `${roundTrips} × ${what}: median ${median.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`;
  if (median <= slowMs) return ok(check, seen);
  return warning(
    check,
    `${seen}; above ${slowMs} ms`,
    'Run this process in the same network as that server, and check the load of the server.',
  );
}

/** Compares the clocks of the servers that can be reached. */
export async function checkClocks(
  redis: RedisInspection | undefined,
  db: Database | undefined,
): Promise<Finding[]> {
  if (!redis && !db) return [];
  return runCheck(
    'clocks',
    async () => {
      const offsets: Record<string, number> = {};
      if (db) offsets['PostgreSQL'] = await measureOffset(() => readPostgresClock(db));
      if (redis) offsets['Redis'] = await measureOffset(() => readRedisClock(redis));
      return judgeClocks(offsets);
    },
    adviseRetry,
  );
}

async function readPostgresClock(db: Database): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db);
  return rows[0]!.ms;
}

async function readRedisClock({ client }: RedisInspection): Promise<number> {
  const [seconds, microseconds] = await client.time();
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}

/** How far a clock is ahead of this host's, in ms, by the fastest of a few samples. */
async function measureOffset(readClock: () => Promise<number>): Promise<number> {
  let best = { tookMs: Infinity, offsetMs: 0 };
  for (let sample = 0; sample < clockSamples; sample += 1) {
    const begun = Date.now();
    const startedAt = performance.now();
    const time = await readClock();
    const tookMs = performance.now() - startedAt;
    if (tookMs < best.tookMs) best = { tookMs, offsetMs: time - begun - tookMs / 2 };
  }
  return best.offsetMs;
}

/** Judges clock offsets, in ms ahead of this host's clock. */
export function judgeClocks(offsets: Readonly<Record<string, number>>): Finding {
  const check = 'clocks';
  const all = [0, ...Object.values(offsets)];
  const apartMs = Math.round(Math.max(...all) - Math.min(...all));
  const seen = Object.entries(offsets)
    .map(([name, offsetMs]) => `${name} is ${describe(offsetMs)}`)
    .join(', ');
  const advice =
    'Synchronize every host by NTP (chrony, systemd-timesyncd); `timedatectl` shows whether it is.';
  if (apartMs <= noticeableMs) return ok(check, seen);
  const summary = `${seen}: up to ${apartMs} ms apart`;
  return apartMs <= harmfulMs ? warning(check, summary, advice) : wrong(check, summary, advice);
}

function describe(offsetMs: number): string {
  const rounded = Math.round(offsetMs);
  return `${Math.abs(rounded)} ms ${rounded < 0 ? 'behind' : 'ahead of'} this host`;
}
