import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { expectOperator } from '../../db/viewer.ts';
import { JobTypeRef } from '../enums.ts';
import { QueueRef, readQueue } from './queue.ts';

builder.mutationField('pauseQueue', (t) =>
  t.field({
    type: QueueRef,
    description:
      'Pauses a queue, for operators: running jobs continue, new ones are accepted and wait.',
    args: { type: t.arg({ type: JobTypeRef, required: true, description: 'Which queue.' }) },
    resolve: (_root, { type }, context) => setPaused(context, type, true),
  }),
);

builder.mutationField('resumeQueue', (t) =>
  t.field({
    type: QueueRef,
    description: 'Resumes a paused queue, for operators.',
    args: { type: t.arg({ type: JobTypeRef, required: true, description: 'Which queue.' }) },
    resolve: (_root, { type }, context) => setPaused(context, type, false),
  }),
);

async function setPaused(context: GraphQLContext, type: string, paused: boolean) {
  expectOperator(context.viewer);
  await context.queues.setPaused(type, paused);
  context.logger.info({ type, paused }, 'queue control');
  return readQueue(type, context);
}
