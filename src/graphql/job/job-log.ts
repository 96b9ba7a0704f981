import DataLoader from 'dataloader';
import { toInt } from '../../platform/int.ts';
import type { JobLogEntry } from '../../db/tables.ts';
import { chunkBySize } from '../../platform/chunk-by-size.ts';
import { listLogWindows } from '../../jobs/logs.ts';
import { builder } from '../builder.ts';
import { defineLoader } from '../loaders.ts';
import { maxRows, readInChunks } from '../batch-loaders.ts';
import { logCost, logLines } from '../policy/list-costs.ts';
import { LogLevelRef } from '../enums.ts';
import { JobRef } from './job.ts';

export const JobLogEntryRef = builder.objectRef<JobLogEntry>('JobLogEntry').implement({
  description:
    'One line of a job’s log. Has no id: a cache keeps it in its job, where `sequence` tells it apart.',
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

/** The first lines of a job's log after a sequence number. */
interface LogKey {
  jobId: string;
  after: number;
  first: number;
}

const logsOf = defineLoader(
  (db) =>
    new DataLoader(
      async (keys: readonly LogKey[]) => {
        const bySize = [...Map.groupBy(keys, ({ first }) => first).values()];
        const chunks = bySize.flatMap((ofSize) =>
          chunkBySize(ofSize, ({ first }) => first, maxRows),
        );
        const lines = readInChunks(chunks, async (chunk) => {
          const read = await listLogWindows(db, chunk, chunk[0]!.first);
          const byWindow = Map.groupBy(read, toWindowKey);
          return (key) => byWindow.get(toWindowKey(key)) ?? [];
        });
        return keys.map((key) => lines.get(key)!);
      },
      { cacheKeyFn: (key) => `${toWindowKey(key)}:${key.first}` },
    ),
);

function toWindowKey({ jobId, after }: Pick<LogKey, 'jobId' | 'after'>): string {
  return `${jobId}:${after}`;
}

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
    resolve: (job, { after, first }, context) =>
      logsOf(context).load({
        jobId: job.id,
        after: toInt(after ?? 0),
        first: first ?? logLines.defaultSize,
      }),
  }),
);
