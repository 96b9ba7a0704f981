import { Queue } from 'bullmq';
import { fastify } from 'fastify';
import { queueName, toShape } from './queue.ts';

const queue = new Queue(queueName, { connection: { url: process.env['REDIS_URL'] ?? '' } });
const server = fastify();

server.get<{ Params: { id: string } }>('/api/jobs/:id', async ({ params }, reply) => {
  const job = await queue.getJob(params.id);
  return job ? toShape(job, await job.getState()) : reply.code(404).send({ error: 'not found' });
});

console.log(`recipe rest at ${await server.listen({ port: 0, host: '127.0.0.1' })}`);
