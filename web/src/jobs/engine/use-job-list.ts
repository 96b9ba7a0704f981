import type { JobFilter } from 'fovea-jobs-client';
import { useClient } from 'fovea-jobs-client/react';
import { useEffect, useSyncExternalStore } from 'react';
import type { JobList, JobListView } from './job-list.ts';
import { findJobList } from './kept-lists.ts';

/** The jobs that match, as they are now. */
export function useJobList(filter: JobFilter): { list: JobList; view: JobListView } {
  const { list, hold } = findJobList(useClient(), filter);
  useEffect(() => hold(), [hold]);
  return { list, view: useSyncExternalStore(list.subscribe, list.get, list.get) };
}
