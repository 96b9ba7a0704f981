import SchemaBuilder from '@pothos/core';
import type { Queue } from 'bullmq';
import type { RedisPubSub } from 'graphql-redis-subscriptions';
import { Repeater } from 'graphql-yoga';
import { jobTopic, queueName, toShape } from './queue.ts';
import type { JobShape } from './queue.ts';

/** The API of the recipe: no validation, no database, no limits. */
export function createSchema(queue: Queue, pubSub: RedisPubSub) {
  const builder = new SchemaBuilder<{
    Objects: { Job: JobShape; SummarizeVideoPayload: { job: JobShape } };
  }>({});
  const JobRef = builder.objectType('Job', {
    fields: (t) => ({
      id: t.exposeID('id'),
      state: t.exposeString('state'),
      progress: t.exposeInt('progress'),
      stage: t.exposeString('stage'),
      version: t.exposeInt('version'),
    }),
  });
  const PayloadRef = builder.objectType('SummarizeVideoPayload', {
    fields: (t) => ({ job: t.expose('job', { type: JobRef }) }),
  });
  const InputRef = builder.inputType('SummarizeVideoInput', {
    fields: (t) => ({
      videoId: t.id({ required: true }),
      personaId: t.id({ required: true }),
    }),
  });

  async function findJob(id: string): Promise<JobShape | null> {
    const job = await queue.getJob(id);
    return job ? toShape(job, await job.getState()) : null;
  }

  builder.queryType({
    fields: (t) => ({
      job: t.field({
        type: JobRef,
        nullable: true,
        args: { id: t.arg.id({ required: true }) },
        resolve: (_root, { id }) => findJob(id),
      }),
    }),
  });
  builder.mutationType({
    fields: (t) => ({
      summarizeVideo: t.field({
        type: PayloadRef,
        args: { input: t.arg({ type: InputRef, required: true }) },
        resolve: async (_root, { input }) => ({
          job: toShape(await queue.add(queueName, input), 'waiting'),
        }),
      }),
    }),
  });
  builder.subscriptionType({
    fields: (t) => ({
      jobUpdated: t.field({
        type: JobRef,
        nullable: true,
        args: { id: t.arg.id({ required: true }) },
        // Yoga's documented way to begin with a value: merged with the stream of what is published.
        subscribe: (_root, { id }) =>
          Repeater.merge([
            findJob(id),
            pubSub.asyncIterableIterator<JobShape>(jobTopic(id)) as AsyncIterable<JobShape>,
          ]),
        resolve: (job) => job,
      }),
    }),
  });
  return builder.toSchema();
}
