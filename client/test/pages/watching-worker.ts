import { createJobs } from '../../src/index.ts';

const { name: id } = globalThis as unknown as { name: string };
const states = new BroadcastChannel('states');
const jobs = createJobs({ url: '/graphql' });

async function watch(): Promise<void> {
  for await (const { state } of jobs.watch(id)) states.postMessage(state);
}

void watch();
