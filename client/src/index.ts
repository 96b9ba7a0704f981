export { createJobs } from './create-jobs.ts';
export { JobEndedError, JobsError } from './errors.ts';
export type {
  Batch,
  Job,
  JobFilter,
  JobList,
  JobLog,
  JobOptions,
  Jobs,
  JobsOptions,
  LogLine,
  Queue,
  Refusal,
  Result,
  Run,
  RunOptions,
  StartName,
  WatchOptions,
} from './jobs.ts';
export { isFinal } from './topics/job.ts';
export type { Snapshot, Source } from './source.ts';
export type { Topic } from './topics/topic.ts';
export type { WireStatus } from './wire/status.ts';
export type { SubscriptionRequest, TransportName } from './wire/transport.ts';
