import { connections } from '../load/requests.ts';
import { atLeastTimes } from '../report/bounds.ts';
import { startLoad } from '../deployment.ts';
import { submitDocument } from '../variants/variant.ts';
import type { Measure } from './measure.ts';
import { measureRate } from './polling.ts';

/** Jobs accepted a second, without a worker. */
export const submit: Measure = {
  name: 'submit',
  variants: ['recipe', 'ours'],
  warmUps: 1,
  rows: [
    {
      key: 'rate',
      title: '`summarizeVideo`, durable, against bare `queue.add`',
      unit: '/s',
      better: 'higher',
      must: atLeastTimes(0.9),
      aim: atLeastTimes(1.2),
    },
  ],
  open: async (bench, variant) => {
    await using stack = new AsyncDisposableStack();
    const variables = await variant.submission();
    stack.defer(variant.clear);
    const api = stack.use(await variant.startApi());
    const load = stack.use(await startLoad());
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const body = JSON.stringify({ query: submitDocument, variables });
    const requests = [{ method: 'POST' as const, path: '/graphql', headers, body }];
    const seconds = bench.quick ? 2 : 4;
    const opened = stack.move();
    return {
      round: async () => {
        await variant.clear();
        const sample = await measureRate(load, { url: api.url, seconds, requests }, 200);
        const stored = await variant.countJobs();
        // Requests that were running at the end have a job, but no answer.
        const surplus = stored - sample.answered;
        if (surplus >= 0 && surplus <= connections) return sample;
        return { ...sample, flaw: `${sample.answered} accepted, ${stored} stored` };
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  },
};
