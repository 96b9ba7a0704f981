import type { JobRow } from '../jobs/rows/row.ts';

/** What a subscriber of many jobs is sent. */
export interface JobsEvent {
  /** Null in the event after the present: from here on come changes. */
  job: JobRow | null;
  /** False if it no longer matches. */
  matches: boolean;
  /** Where a client that has this event, and all before it, goes on. */
  cursor: string;
}

/** By row: subscribers get the same object for the same event, so that it is executed once for all of them. */
const known = new WeakMap<JobRow, JobsEvent[]>();

export function toJobsEvent(job: JobRow, matches: boolean, cursor: string): JobsEvent {
  const events = known.get(job) ?? [];
  known.set(job, events);
  const same = events.find((event) => event.matches === matches && event.cursor === cursor);
  if (same) return same;
  const event = { job, matches, cursor };
  events.push(event);
  return event;
}
