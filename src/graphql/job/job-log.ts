import { toInt } from '../../platform/int.ts';
import type { JobLogEntry } from '../../db/tables.ts';
import { builder } from '../builder.ts';
import { logCost, logLines } from '../policy/list-costs.ts';
import { LogLevelRef } from '../enums.ts';
import { JobRef } from './job.ts';

export const JobLogEntryRef = builder.objectRef<JobLogEntry>('JobLogEntry').implement({
  description: 'One line of a job’s log.',
  fields: (t) => ({
    sequence: t.exposeInt('sequence', {
      description: 'Counts the job’s lines from 1, without gaps.',
    }),
    attempt: t.exposeInt('attempt', { description: 'The attempt that wrote it.' }),
    level: t.expose('level', { type: LogLevelRef, description: 'Its severity.' }),
    message: t.exposeString('message', { description: 'Its text.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was written.' }),
  }),
});

builder.interfaceField(JobRef, 'logs', (t) =>
  t.field({
    type: [JobLogEntryRef],
    description: 'The job’s log, oldest line first.',
    complexity: logCost,
    args: {
      after: t.arg.int({ defaultValue: 0, description: 'Only lines after this sequence.' }),
      first: t.arg.int({
        defaultValue: logLines.defaultSize,
        description: 'Maximum number of lines: 0 to 1,000.',
      }),
    },
    resolve: (job, { after, first }, { loaders }) =>
      loaders.logs.load({
        jobId: job.id,
        after: toInt(after ?? 0),
        first: first ?? logLines.defaultSize,
      }),
  }),
);
