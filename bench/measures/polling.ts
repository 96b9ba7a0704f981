import type { CommandProcess } from '../command-process.ts';
import type { LoadCommands } from '../load/main.ts';
import type { RequestLoad } from '../load/requests.ts';
import { atLeastTimes } from '../report/bounds.ts';
import { startDeployment } from '../deployment.ts';
import type { Bench } from '../deployment.ts';
import { jobDocument } from '../variants/variant.ts';
import type { Variant } from '../variants/variant.ts';
import type { Measure, Sample } from './measure.ts';

const jobs = 1_000;

type Requests = RequestLoad['requests'];
type Headers = Record<string, string>;

export const jobQuery: Measure = {
  name: 'query-job',
  variants: ['recipe', 'rest', 'ours'],
  warmUps: 1,
  rows: [
    {
      key: 'rate',
      title: '`Query.job` over POST, 1,000 jobs, 50 connections',
      unit: '/s',
      better: 'higher',
      must: atLeastTimes(0.8, 'rest'),
      aim: atLeastTimes(1, 'rest'),
    },
  ],
  open: (bench, variant) =>
    openPolling(bench, variant, async (_url, ids) =>
      variant.name === 'rest' ? ids.map((id) => toGet(id)) : ids.map((id) => toPost(id)),
    ),
};

export const restNotModified: Measure = {
  name: 'rest-304',
  variants: ['rest', 'ours'],
  warmUps: 1,
  rows: [
    {
      key: 'rate',
      title: '`GET /api/jobs/:id` answered 304',
      unit: '/s',
      better: 'higher',
      must: atLeastTimes(1.5, 'rest'),
      aim: atLeastTimes(2, 'rest'),
    },
  ],
  open: (bench, variant) =>
    openPolling(bench, variant, async (url, ids) =>
      variant.name === 'rest'
        ? ids.map((id) => toGet(id))
        : Promise.all(ids.map((id) => toKnownGet(url, id))),
    ),
};

function toGet(id: string, headers: Headers = {}): Requests[number] {
  return { method: 'GET', path: `/api/jobs/${id}`, headers };
}

export function toPost(id: string, credentials: Headers = {}): Requests[number] {
  const types = { 'content-type': 'application/json', accept: 'application/json' };
  const headers = { ...types, ...credentials };
  const body = JSON.stringify({ query: jobDocument, variables: { id } });
  return { method: 'POST', path: '/graphql', headers, body };
}

/** The request of a client that already has the answer. */
export async function toKnownGet(
  url: string,
  id: string,
  credentials: Headers = {},
): Promise<Requests[number]> {
  const request = toGet(id, credentials);
  const response = await fetch(url + request.path, { headers: credentials });
  await response.body?.cancel();
  const etag = response.headers.get('etag');
  return { ...request, headers: { ...credentials, ...(etag && { 'if-none-match': etag }) } };
}

/** Sends requests for active jobs that report nothing. */
async function openPolling(
  bench: Bench,
  variant: Variant,
  toRequests: (url: string, ids: readonly string[]) => Promise<Requests>,
) {
  await using stack = new AsyncDisposableStack();
  const deployment = stack.use(await startDeployment(variant, jobs));
  const { load, jobIds, api } = deployment;
  const rest = variant.name === 'rest' ? await variant.startRest?.() : undefined;
  const { url } = rest ? stack.use(rest) : api;
  const requests = await toRequests(url, jobIds);
  const expected = requests[0]?.headers['if-none-match'] === undefined ? 200 : 304;
  const seconds = bench.quick ? 2 : 4;
  const isServed = await fetch(url + requests[0]!.path, requests[0]).then(
    ({ status }) => status === expected,
  );
  const opened = stack.move();
  return {
    round: async (): Promise<Sample> => {
      if (!isServed) return { figures: {} };
      return measureRate(load, { url, seconds, requests }, expected);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The answers of the expected status a second; with any other answer the round does not count. */
export async function measureRate(
  load: CommandProcess<LoadCommands>,
  requestLoad: RequestLoad,
  expected: number,
): Promise<Sample & { answered: number }> {
  const { seconds, failed, statuses } = await load.call('sendRequests', requestLoad);
  const { [expected]: answered = 0, ...others } = statuses;
  const isFlawed = failed > 0 || Object.keys(others).length > 0;
  const flaw = isFlawed ? `${failed} failed, ${JSON.stringify(others)}` : undefined;
  return { answered, figures: { rate: answered / seconds }, flaw };
}
