export { JobsProvider, useClient } from './provider.ts';
export {
  useBatch,
  useJob,
  useJobLogs,
  useJobs,
  useQueues,
  useResult,
  useSubmit,
  useWire,
} from './hooks.ts';
export type { JobsView, JobView, SubmitView } from './hooks.ts';
