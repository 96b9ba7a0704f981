import type { Database } from '../../db/tables.ts';
import { assertOperator } from '../../db/viewer.ts';
import { text } from '../../jobs/input-fields.ts';
import { findPause } from '../../queue/pauses.ts';
import type { Pause } from '../../queue/pauses.ts';
import { isBlank } from '../../platform/text.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { JobTypeRef } from '../enums.ts';
import { badUserInput } from '../policy/refusal.ts';
import { QueueRef, readQueue } from './queue.ts';
import type { QueueShape } from './queue.ts';

const maxReasonLength = 500;
const reasonSchema = text(maxReasonLength);

/** A reason without text is none. */
function parseReason(given: string | null | undefined): string | null {
  if (given == null || isBlank(given)) return null;
  const { data, error } = reasonSchema.safeParse(given);
  if (error) throw badUserInput(`\`reason\`: ${error.issues[0]!.message}`);
  return data;
}

/** Read once for all fields of a queue. */
const reads = new WeakMap<QueueShape, Promise<Pause | undefined>>();

async function readPause(queue: QueueShape, db: Database): Promise<Pause | null> {
  if (queue.pause !== undefined) return queue.pause;
  const read = reads.get(queue) ?? findPause(db, queue.type);
  reads.set(queue, read);
  return (await read) ?? null;
}

builder.objectFields(QueueRef, (t) => ({
  paused: t.boolean({
    description: 'Whether an operator has paused it. Jobs are still accepted, but wait.',
    resolve: async (queue, _args, { db }) => (await readPause(queue, db)) !== null,
  }),
  pausedAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When an operator has paused it; null while it is not paused.',
    resolve: async (queue, _args, { db }) => (await readPause(queue, db))?.at ?? null,
  }),
  pausedBy: t.string({
    nullable: true,
    description:
      'Who has paused it; null while it is not paused, if nobody has said so, and unless the viewer is an operator.',
    resolve: async (queue, _args, { db, viewer }) =>
      viewer.role === 'operator' ? ((await readPause(queue, db))?.by ?? null) : null,
  }),
  pauseReason: t.string({
    nullable: true,
    description: 'Why it is paused, as whoever paused it has said; null if nobody has.',
    resolve: async (queue, _args, { db }) => (await readPause(queue, db))?.reason ?? null,
  }),
}));

builder.mutationField('pauseQueue', (t) =>
  t.field({
    type: QueueRef,
    description:
      'Pauses a queue, for operators. Running jobs continue; new ones are accepted, but wait.',
    args: {
      type: t.arg({ type: JobTypeRef, required: true, description: 'Which queue.' }),
      reason: t.arg.string({
        description: `Why, for everybody whose jobs wait; at most ${maxReasonLength} characters.`,
      }),
    },
    resolve: async (_root, { type, reason }, context) => {
      assertOperator(context.viewer);
      const grounds = { by: context.viewer.owner, reason: parseReason(reason) };
      await context.queues.setPaused(type, true, grounds);
      return logControl(context, type, true);
    },
  }),
);

builder.mutationField('resumeQueue', (t) =>
  t.field({
    type: QueueRef,
    description: 'Resumes a paused queue, for operators.',
    args: { type: t.arg({ type: JobTypeRef, required: true, description: 'Which queue.' }) },
    resolve: async (_root, { type }, context) => {
      assertOperator(context.viewer);
      await context.queues.setPaused(type, false);
      return logControl(context, type, false);
    },
  }),
);

function logControl(context: GraphQLContext, type: string, paused: boolean): Promise<QueueShape> {
  context.logger.info({ type, paused }, 'queue control');
  return readQueue(type, context);
}
