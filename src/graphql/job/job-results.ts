import type { JobDefinition } from '../../jobs/define-job.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import { byKey } from '../batch-loaders.ts';
import { defineLoader } from '../loaders.ts';

const loaders = new Map(jobDefinitions.map(({ type, result }) => [type, defineResults(result)]));

function defineResults({ listByJob }: JobDefinition['result']) {
  return defineLoader((db, viewer) =>
    byKey(
      (jobIds) => listByJob(db, viewer, jobIds),
      (row) => row.jobId,
    ),
  );
}

/** Loads the results of jobs of a type by the ids of the jobs. */
export function resultsOf({ type }: Pick<JobDefinition, 'type'>) {
  return loaders.get(type)!;
}
