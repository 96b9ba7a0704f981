import { listQueueMinutes } from '../../queue/history.ts';
import type { QueueMinute } from '../../queue/history.ts';
import { builder } from '../builder.ts';
import { badUserInput } from '../policy/refusal.ts';
import { QueueRef } from './queue.ts';

/** Minutes of a queue's history. */
const defaultMinutes = 60;
const maxMinutes = 1_440;
/** What it costs to look at the jobs of some minutes, beside reading a field. */
const historyCost = 20;

const QueueMinuteRef = builder.objectRef<QueueMinute>('QueueMinute').implement({
  description: 'What happened in a queue in one minute. Has no id: a cache keeps it in its queue.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When the minute began.' }),
    started: t.exposeInt('started', { description: 'Jobs that started for the first time.' }),
    completed: t.exposeInt('completed', { description: 'Jobs that completed.' }),
    failed: t.exposeInt('failed', { description: 'Jobs that failed for good.' }),
  }),
});

builder.objectField(QueueRef, 'history', (t) =>
  t.field({
    type: [QueueMinuteRef],
    complexity: ({ minutes }) => ({ field: historyCost, multiplier: minutes ?? defaultMinutes }),
    description:
      'What happened in each of the last minutes, the oldest first; the last one is not over.',
    args: {
      minutes: t.arg.int({
        defaultValue: defaultMinutes,
        description: `How many minutes, 1 to ${maxMinutes}.`,
      }),
    },
    resolve: ({ type }, { minutes }, { db }) => {
      const given = minutes ?? defaultMinutes;
      if (given < 1 || given > maxMinutes) {
        throw badUserInput(`\`minutes\` must be from 1 to ${maxMinutes}, not ${given}.`);
      }
      return listQueueMinutes(db, type, given);
    },
  }),
);
