import { setTimeout as delay } from 'node:timers/promises';
import type { GraphQLAnswer } from '../../environment/clients/graphql-client.ts';
import type { SeededRandom } from '../../environment/seeded-random.ts';
import type { Submission, WorkKind } from '../record.ts';
import type { Work } from './work.ts';

/** A client waits so long for an answer before it takes it for lost. */
const answersWithinMs = 5_000;
/** Pauses between tries: at least the first, at most both. */
const retryMs = { fixed: 50, jitter: 250 };
/** Of ten submissions, so many are sent again although they were answered, to the other API. */
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
 * Submits a piece of work until an API has answered with a job, by the same key each time: an answer may be lost while
 * its job is not. Returns the ids of its jobs; none when the signal ends it before.
 */
export async function submit(
  work: Work,
  apis: readonly string[],
  random: SeededRandom,
  submission: Submission,
  signal: AbortSignal,
): Promise<string[]> {
  let wanted = random.below(10) < repeatedOfTen ? 2 : 1;
  while (wanted > 0 && !signal.aborted) {
    if (await submitOnce(work, random.pick(apis), submission)) wanted -= 1;
    else await delay(retryMs.fixed + random.below(retryMs.jitter));
  }
  return submission.answers.at(-1)?.jobIds ?? [];
}

/** Says whether an answer came that names a job. */
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
  // Says of itself that the same request may well succeed later.
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

/** Undefined when the connection failed, or nothing came in time. */
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
    return undefined; // which is what a client is to expect in such a run
  }
}
