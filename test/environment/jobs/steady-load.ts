import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { GraphQLClient } from '../clients/graphql-client.ts';
import { eventually } from '../eventually.ts';
import { defaultAnswer } from '../model-service/answers.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';
import type { Subjects } from './jobs.ts';

/** A call of the model service takes so long, so that there are jobs under way at any time. */
const callMs = 300;
/** From the start of one job to that of the next. */
const pauseMs = 100;

const mutation = `mutation ($input: SummarizeVideoInput!, $options: JobOptions) {
  summarizeVideo(input: $input, options: $options) { ... on SummarizeVideoPayload { job { id } } }
}`;

/** Makes summaries take the time that they take. */
export function answerSlowly(model: FakeModelService): void {
  model.answer('/api/summarize', async (call) => {
    await delay(callMs);
    return defaultAnswer('/api/summarize', call);
  });
}

/** Starts jobs one after the other; each is asked for again, by the same key, until a server has taken it. */
export function startSteadyLoad(graphql: GraphQLClient, input: Subjects) {
  let isOver = false;
  const ids: Promise<string>[] = [];

  async function startOne(): Promise<string> {
    const options = { idempotencyKey: randomUUID() };
    return eventually(async () => {
      const data = await graphql.request(mutation, { input, options });
      return data['summarizeVideo'].job.id as string;
    });
  }

  async function run(): Promise<void> {
    while (!isOver) {
      ids.push(startOne());
      await delay(pauseMs);
    }
  }

  const running = run();
  return {
    /** Gives the ids of the jobs that were started; throws if a server has not taken one in time. */
    stop: async (): Promise<string[]> => {
      isOver = true;
      await running;
      return Promise.all(ids);
    },
  };
}
