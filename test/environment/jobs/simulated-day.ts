import { v7 as uuidv7 } from 'uuid';
import { createSeededRandom } from '../seeded-random.ts';
import type { SeededRandom } from '../seeded-random.ts';

const minute = 60_000;
const hour = 60 * minute;
const dayMs = 24 * hour;

export interface SimulatedJob {
  id: string;
  owner: string;
  acceptedAt: number;
  /** By how fast its type goes at that time. */
  durationMs: number;
  startedAt?: number;
  endedAt?: number;
}

/** Jobs of a day, in ms from its begin: several owners, steady work by the hour, and bursts; few run very long. */
export function drawJobs(seed: number): SimulatedJob[] {
  const random = createSeededRandom(seed);
  const jobs: SimulatedJob[] = [];
  const add = (owner: string, acceptedAt: number) =>
    jobs.push({ id: uuidv7(), owner, acceptedAt, durationMs: drawDuration(random) });
  for (let at = 0; at < dayMs; at += minute) {
    const perMinute = 1.4 + 1.0 * Math.sin(((at / hour - 8) / 24) * 2 * Math.PI);
    for (let part = 0; part < 4; part += 1) {
      if (share(random) < perMinute / 4) add(`owner-${random.below(6)}`, at + random.below(minute));
    }
    // A few times a day, somebody submits a whole folder.
    if (random.below(110) === 0) {
      const owner = `owner-${random.below(6)}`;
      const count = 20 + random.below(100);
      for (let job = 0; job < count; job += 1) add(owner, at + job * 100);
    }
  }
  return jobs.toSorted((a, b) => a.acceptedAt - b.acceptedAt);
}

/** Log-normal, with a median of 50 s; one of thirty takes five to twenty times as long. */
function drawDuration(random: SeededRandom): number {
  const normal =
    Math.sqrt(-2 * Math.log(1 - share(random))) * Math.cos(2 * Math.PI * share(random));
  const tail = random.below(30) === 0 ? 5 + 15 * share(random) ** 3 : 1;
  return 50_000 * Math.exp(0.7 * normal) * tail;
}

function share(random: SeededRandom): number {
  return random.below(1_000_000) / 1_000_000;
}

/** How long work takes at a time of the day, as a multiple of what it takes at its begin. */
function slownessAt(at: number): number {
  const hours = at / hour;
  if (hours > 6 && hours < 9) return 1.7;
  if (hours > 15 && hours < 16.5) return 0.6;
  return 1 + 0.2 * Math.sin(hours);
}

/** Jobs that all workers together run at once. */
export function capacityAt(at: number): number {
  const hours = at / hour;
  if (hours > 12 && hours < 14) return 8;
  return hours > 20 && hours < 21 ? 3 : 5;
}

/** A queue in virtual time, which serves the owner first who has had least. */
export class SimulatedQueue {
  readonly running: SimulatedJob[] = [];
  readonly #waiting = new Map<string, SimulatedJob[]>();
  readonly #served = new Map<string, number>();
  readonly #costMs = 80_000;

  accept(job: SimulatedJob): void {
    const line = this.#waiting.get(job.owner) ?? [];
    // Who has waited for nothing begins where the others are.
    if (line.length === 0) {
      const present = Math.min(...this.#owners().map((owner) => this.#servedOf(owner)));
      const least = Number.isFinite(present) ? present : 0;
      this.#served.set(job.owner, Math.max(this.#servedOf(job.owner), least));
    }
    this.#waiting.set(job.owner, [...line, job]);
  }

  /** Starts what there is room for; returns what it started. */
  start(now: number): SimulatedJob[] {
    const started: SimulatedJob[] = [];
    while (this.running.length < capacityAt(now)) {
      const [owner] = this.#owners().toSorted((a, b) => this.#servedOf(a) - this.#servedOf(b));
      if (owner === undefined) break;
      const job = this.#waiting.get(owner)!.shift()!;
      job.startedAt = now;
      job.endedAt = now + job.durationMs * slownessAt(now);
      this.#served.set(owner, this.#servedOf(owner) + this.#costMs);
      this.running.push(job);
      started.push(job);
    }
    return started;
  }

  /** Takes off what has ended by then, in its order. */
  end(now: number): SimulatedJob[] {
    const ended = this.running.filter(({ endedAt }) => endedAt! <= now);
    for (const job of ended) this.running.splice(this.running.indexOf(job), 1);
    return ended.toSorted((a, b) => a.endedAt! - b.endedAt!);
  }

  /** How many start before a job, if nothing comes and all take the same time; 1 is next. */
  positionOf(job: SimulatedJob): number {
    const index = this.#waiting.get(job.owner)!.indexOf(job);
    const turn = this.#servedOf(job.owner) + index * this.#costMs;
    const before = this.#owners()
      .filter((owner) => owner !== job.owner)
      .map((owner) => {
        const ahead = Math.ceil((turn - this.#servedOf(owner)) / this.#costMs);
        return Math.min(this.#waiting.get(owner)!.length, Math.max(0, ahead));
      });
    return index + 1 + before.reduce((sum, jobs) => sum + jobs, 0);
  }

  #owners(): string[] {
    return [...this.#waiting].filter(([, line]) => line.length > 0).map(([owner]) => owner);
  }

  #servedOf(owner: string): number {
    return this.#served.get(owner) ?? 0;
  }
}

export interface SimulatedStep {
  /** In ms from the begin of the day. */
  now: number;
  accepted: SimulatedJob[];
  /** Jobs that were accepted, have started or have ended. */
  changed: ReadonlySet<SimulatedJob>;
}

/** Runs a queue through its jobs, event by event; a step is so long. */
export function* runDay(
  jobs: readonly SimulatedJob[],
  queue: SimulatedQueue,
  stepMs: number,
): Generator<SimulatedStep> {
  let next = 0;
  for (let until = stepMs; next < jobs.length || queue.running.length > 0; until += stepMs) {
    const changed = new Set<SimulatedJob>();
    const accepted: SimulatedJob[] = [];
    let now = 0;
    while (now < until) {
      const ends = queue.running.map(({ endedAt }) => endedAt!);
      now = Math.min(until, jobs[next]?.acceptedAt ?? Infinity, ...ends);
      for (const job of queue.end(now)) changed.add(job);
      for (; jobs[next] && jobs[next]!.acceptedAt <= now; next += 1) {
        accepted.push(jobs[next]!);
        queue.accept(jobs[next]!);
      }
      for (const job of queue.start(now)) changed.add(job);
    }
    yield { now, accepted, changed: new Set([...accepted, ...changed]) };
  }
}
