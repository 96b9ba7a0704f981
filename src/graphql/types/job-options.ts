import { z } from 'zod';
import { jobPriorities } from '../../db/job-row.ts';
import { builder } from '../builder.ts';
import { JobPriorityRef } from './enums.ts';

/** How a job is to be run, apart from what it does. */
export const jobOptionsSchema = z.object({ priority: z.enum(jobPriorities).optional() });

export const JobOptionsRef = builder.inputType('JobOptions', {
  description: 'How a job is to be run, apart from what it does.',
  fields: (t) => ({
    priority: t.field({
      type: JobPriorityRef,
      description: 'Which jobs it goes before; when absent, its type decides.',
    }),
  }),
});
