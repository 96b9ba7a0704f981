import { setTimeout as delay } from 'node:timers/promises';
import type { GraphQLAnswer } from '../../environment/clients/graphql-client.ts';
import type { SeededRandom } from '../../environment/seeded-random.ts';
import type { Submission, WorkKind } from '../record.ts';
import type { Work } from './work.ts';

/** How long a client waits before it considers an answer lost. */
const answersWithinMs = 5_000;
/** The pause between tries: the fixed part, and up to `jitter` more. */
const retryMs = { fixed: 50, jitter: 250 };
/** How many of ten submissions are sent again although they were answered. */
const repeatedOfTen = 2;

const mutations = {
  summarize: jobMutation('summarizeVideo'),
  extract: jobMutation('extractClaims'),
  synthesize: jobMutation('synthesizeClaims'),
  analyze: {
    field: 'analyzeVideo',
    document: `mutation ($input: AnalyzeVideoInput!, $options: JobOptions) {
      analyzeVideo(input: $input, options: $options) {
        __typename
        ... on AnalyzeVideoPayload { created pipeline { jobs { id } } }
        ... on Error { message }
      }
    }`,
  },
} satisfies Record<WorkKind, { field: string; document: string }>;

export const cancelDocument = `mutation ($id: ID!) {
  cancelJob(id: $id) { ... on CancelJobPayload { outcome } ... on Error { message } }
}`;

function jobMutation(field: string) {
  const verb = field[0]!.toUpperCase() + field.slice(1);
  return {
    field,
    document: `mutation ($input: ${verb}Input!, $options: JobOptions) {
      ${field}(input: $input, options: $options) {
        __typename
        ... on ${verb}Payload { created job { id } }
        ... on Error { message }
      }
    }`,
  };
}

/**
 * Submits a piece of work, always with the same key, until an API has answered with a job: an answer can be lost although
 * the job was accepted. Returns the ids of its jobs; none if the signal aborts before.
 */
export async function submit(
  work: Work,
  apis: readonly string[],
  random: SeededRandom,
  submission: Submission,
  signal: AbortSignal,
): Promise<string[]> {
  let answersLeft = random.below(10) < repeatedOfTen ? 2 : 1;
  while (answersLeft > 0 && !signal.aborted) {
    if (await submitOnce(work, random.pick(apis), submission)) answersLeft -= 1;
    else await delay(retryMs.fixed + random.below(retryMs.jitter));
  }
  return submission.answers.at(-1)?.jobIds ?? [];
}

/** Returns whether the answer contains a job. */
async function submitOnce(work: Work, api: string, submission: Submission): Promise<boolean> {
  const { field, document } = mutations[work.kind];
  const variables = { input: work.input, options: toOptions(work) };
  const answer = await post(api, document, variables);
  if (!answer) return false;
  const payload = answer.data?.[field];
  const jobs: { id: string }[] = payload?.pipeline?.jobs ?? (payload?.job ? [payload.job] : []);
  if (jobs.length > 0) {
    const jobIds = jobs.map(({ id }) => id);
    submission.answers.push({ api, jobIds, created: payload.created });
    return true;
  }
  // This error says that the same request may succeed later.
  const isOutage = answer.errors?.every((e) => e.extensions?.['code'] === 'SERVICE_UNAVAILABLE');
  if (!isOutage) submission.refusals.push(JSON.stringify(answer).slice(0, 500));
  return false;
}

function toOptions({ key, delayMs, expiresInMs }: Work) {
  return {
    idempotencyKey: key,
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(expiresInMs === undefined ? {} : { expiresAt: new Date(Date.now() + expiresInMs) }),
  };
}

/** Posts an operation; undefined if the connection breaks, or there is no answer in time. */
export async function post(
  api: string,
  query: string,
  variables: object,
): Promise<GraphQLAnswer | undefined> {
  try {
    const response = await fetch(`${api}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(answersWithinMs),
    });
    return (await response.json()) as GraphQLAnswer;
  } catch {
    return undefined; // expected while the system breaks
  }
}
