import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Queue, QueueEvents } from 'bullmq';
import type { ExecutionArgs } from 'graphql';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { createYoga } from 'graphql-yoga';
import type { YogaServerInstance } from 'graphql-yoga';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { jobTopic, queueName } from './queue.ts';
import type { JobProgress, JobShape } from './queue.ts';
import { createSchema } from './schema.ts';

/** What Yoga's documentation of graphql-ws uses; Yoga types it as `any`. */
interface Enveloped {
  schema: ExecutionArgs['schema'];
  parse: (query: string) => ExecutionArgs['document'];
  validate: (
    schema: ExecutionArgs['schema'],
    document: ExecutionArgs['document'],
  ) => readonly never[];
  contextFactory: () => Promise<unknown>;
  execute: (args: ExecutionArgs) => never;
  subscribe: (args: ExecutionArgs) => never;
}

const url = process.env['REDIS_URL'] ?? '';
const queue = new Queue(queueName, { connection: { url } });
const pubSub = new RedisPubSub({ publisher: new Redis(url), subscriber: new Redis(url) });

function publish(job: JobShape): void {
  void pubSub.publish(jobTopic(job.id), job);
}

async function listen(): Promise<void> {
  const events = new QueueEvents(queueName, { connection: { url } });
  events.on('progress', ({ jobId, data }) => {
    publish({ id: jobId, state: 'ACTIVE', ...(data as JobProgress) });
  });
  events.on('completed', ({ jobId }) => {
    publish({ id: jobId, state: 'COMPLETED', progress: 100, stage: '', version: 0 });
  });
  events.on('failed', ({ jobId, failedReason }) => {
    publish({ id: jobId, state: 'FAILED', progress: 0, stage: failedReason, version: 0 });
  });
  await events.waitUntilReady();
}

/** As Yoga's documentation of graphql-ws shows. */
function attachWebSocket(
  yoga: YogaServerInstance<object, object>,
  server: ReturnType<typeof createServer>,
): void {
  const sockets = new WebSocketServer({ server, path: yoga.graphqlEndpoint });
  useServer(
    {
      execute: (args) => (args.rootValue as Enveloped).execute(args),
      subscribe: (args) => (args.rootValue as Enveloped).subscribe(args),
      onSubscribe: async (context, _id, params) => {
        const { request, socket } = context.extra;
        const given = { ...context, req: request, socket, params };
        const enveloped = yoga.getEnveloped(given) as Enveloped;
        const { schema, execute, subscribe, contextFactory, parse, validate } = enveloped;
        const args = {
          schema,
          operationName: params.operationName,
          document: parse(params.query),
          variableValues: params.variables,
          contextValue: await contextFactory(),
          rootValue: { execute, subscribe },
        };
        const errors = validate(args.schema, args.document);
        return errors.length > 0 ? errors : args;
      },
    },
    sockets,
  );
}

await listen();
const yoga = createYoga<object, object>({ schema: createSchema(queue, pubSub) });
const server = createServer((request, response) => void yoga(request, response));
attachWebSocket(yoga, server);
server.listen(0, '127.0.0.1', () => {
  console.log(`recipe api at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
