import { setJobPriority } from '../../jobs/job-control.ts';
import type { JobRow } from '../../jobs/job-row.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts';
import type { ValidationIssue } from '../../errors.ts';
import { builder } from '../builder.ts';
import { announce } from './hand-over.ts';
import { JobPriorityRef } from '../enums.ts';
import { checkPriority } from './job-options.ts';
import { JobRef } from './job.ts';

const SetJobPriorityPayloadRef = builder
  .objectRef<{ job: JobRow }>('SetJobPriorityPayload')
  .implement({
    description: 'The job that waits in another place.',
    fields: (t) => ({
      job: t.expose('job', { type: JobRef, description: 'The job, as it is now.' }),
    }),
  });

builder.mutationField('setJobPriority', (t) =>
  t.field({
    type: SetJobPriorityPayloadRef,
    description: 'Gives a job that waits another priority. HIGH may be for operators alone.',
    errors: {
      types: [ValidationError, NotFoundError, ConflictError],
      directResult: true,
      union: {
        name: 'SetJobPriorityResult',
        description: 'The job, or why its priority cannot change.',
      },
    },
    args: {
      id: t.arg.id({ required: true, description: 'The job’s id.' }),
      priority: t.arg({ type: JobPriorityRef, required: true, description: 'The new priority.' }),
    },
    resolve: async (_root, { id, priority }, context) => {
      const { db, viewer, limits } = context;
      const issues: ValidationIssue[] = [];
      checkPriority(issues, ['priority'], { priority }, limits.mayUseHigh(viewer));
      if (issues.length > 0) throw new ValidationError(issues);
      const job = await setJobPriority(db, viewer, id, priority);
      await announce(context, [job]);
      await context.queues.reprioritize(job);
      return { job };
    },
  }),
);
