import { Worker } from 'bullmq';
import { serveCommands } from '../command-process.ts';
import { createJobDriver } from '../job-driver.ts';
import { queueName } from './queue.ts';

const driver = createJobDriver();
const connection = { url: process.env['REDIS_URL'] ?? '' };
const concurrency = Number(process.env['CONCURRENCY']);

const worker = new Worker(
  queueName,
  async (job) => {
    let version = 0;
    await driver.run(job.id ?? '', (progress, stage) => {
      version += 1;
      return job.updateProgress({ progress, stage, version });
    });
  },
  { connection, concurrency },
);
await worker.waitUntilReady();
serveCommands(driver.commands);
