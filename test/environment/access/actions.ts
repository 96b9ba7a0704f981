import { describeFields } from '../../../src/graphql/input-shape.ts';
import type { JobDefinition } from '../../../src/jobs/define-job.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import type { Ids } from './two-tenants.ts';

/** Whose request has an effect, or finds something. */
type Circle =
  /** Those who may see it: the owner, and operators. */
  | 'viewers'
  /** The owner alone: an operator cannot start jobs for others. */
  | 'owner'
  | 'operators'
  | 'everybody';

/** One way to request a root field. Its document takes the field's arguments from variables of the same names. */
export interface Action {
  circle: Circle;
  selection: string;
  variables?: (ids: Ids) => Record<string, unknown>;
  /** A text in the answer of those who may see it; the owner's mark by default. */
  shows?: string;
}

const summary = `id text visualAnalysis audioTranscript keyFrames { description } createdAt
  video { id title path createdAt } persona { id name role informationNeed }
  claims { id text subclaims { id text } }`;
/** All fields of a job, and of everything that can be reached from it. */
export const jobSelection = `
  __typename id owner type state version progress stage attempt maxAttempts priority position createdAt startedAt
  completedAt nextAttemptAt expiresAt cancelable retryable error { code message }
  attempts { number startedAt finishedAt } logs { sequence message at } pipeline { id jobs { id owner version } }
  ... on VideoSummarizationJob { input { videoId personaId modelId } result { ${summary} } }
  ... on ClaimExtractionJob {
    input { summaryId } result { id totalClaims claims { id text } summary { ${summary} } } }
  ... on ClaimSynthesisJob { input { summaryIds } result { id text claimsUsed createdAt summaries { ${summary} } } }`;
const conflict = '... on IdempotencyConflictError { existingJobId }';
const failure = '__typename ... on Error { message }';
const videoSelection = `id title path createdAt summaries { ${summary} }`;
const bulk = 'changed unchanged hasMore';
const filter = ({ owner, videoId }: Ids) => ({ filter: { owner, videoId } });
const queue = 'type paused workers';
const type = 'VIDEO_SUMMARIZATION';

/** The mutation that starts jobs of a type, with every id in its input. */
function start({ mutation, input }: JobDefinition): Action {
  const verb = mutation[0]!.toUpperCase() + mutation.slice(1);
  const named = describeFields(input).filter(({ type }) => type === 'ID');
  const idOf = (ids: Ids, name: string) => ids[name.replace(/Ids$/, 'Id') as keyof Ids];
  return {
    circle: 'owner',
    selection: `${failure} ${conflict} ... on ${verb}Payload { created job { type owner } }`,
    variables: (ids) => ({
      input: Object.fromEntries(
        named.map(({ name, isList }) => [name, isList ? [idOf(ids, name)] : idOf(ids, name)]),
      ),
      options: { idempotencyKey: ids.idempotencyKey },
    }),
  };
}

function control(verb: string): string {
  return `${failure} ... on ${verb}Payload { job { ${jobSelection} } }`;
}

function onJob(name: keyof Ids, selection = jobSelection, more = {}): Action {
  return { circle: 'viewers', selection, variables: (ids) => ({ id: ids[name], ...more }) };
}

/** Every root field of the schema, with each of its arguments that names something. */
export const actions: Record<string, Action[]> = {
  job: [
    onJob('jobId'),
    onJob('extractionJobId'),
    onJob('synthesisJobId'),
    onJob('pipelineJobId'),
    onJob('failedJobId'),
    onJob('waitingJobId'),
  ],
  jobs: [
    {
      circle: 'viewers',
      selection: `edges { cursor node { ${jobSelection} } }`,
      variables: filter,
    },
    {
      circle: 'viewers',
      selection: `edges { cursor node { ${jobSelection} } } pageInfo { endCursor hasNextPage }`,
      variables: ({ waitingJobId }) => ({ first: 50, after: waitingJobId }),
    },
    {
      circle: 'viewers',
      selection: `edges { cursor node { ${jobSelection} } } pageInfo { endCursor hasPreviousPage }`,
      variables: ({ jobId }) => ({ last: 50, before: jobId }),
    },
  ],
  video: [
    {
      circle: 'viewers',
      selection: videoSelection,
      variables: ({ videoId }) => ({ id: videoId }),
    },
  ],
  videos: [
    { circle: 'viewers', selection: `edges { cursor node { ${videoSelection} } }` },
    {
      circle: 'everybody',
      selection: `edges { node { ${videoSelection} } } pageInfo { startCursor hasPreviousPage }`,
      variables: ({ videoCursor }) => ({ first: 50, after: videoCursor }),
      shows: '"edges"',
    },
    {
      circle: 'everybody',
      selection: `edges { node { ${videoSelection} } } pageInfo { endCursor hasNextPage }`,
      variables: ({ videoCursor }) => ({ last: 50, before: videoCursor }),
      shows: '"edges"',
    },
  ],
  persona: [
    {
      circle: 'viewers',
      selection: 'id name role informationNeed',
      variables: ({ personaId }) => ({ id: personaId }),
    },
  ],
  personas: [{ circle: 'viewers', selection: 'id name role informationNeed' }],
  videoSummary: [
    { circle: 'viewers', selection: summary, variables: ({ summaryId }) => ({ id: summaryId }) },
  ],
  claimSynthesis: [
    {
      circle: 'viewers',
      selection: `id text claimsUsed summaries { ${summary} }`,
      variables: ({ synthesisId }) => ({ id: synthesisId }),
    },
  ],
  queue: [
    { circle: 'everybody', selection: queue, variables: () => ({ type }), shows: type },
    {
      circle: 'operators',
      selection: 'workersDetail { name host }',
      variables: () => ({ type }),
      shows: '"host"',
    },
  ],
  queues: [
    { circle: 'everybody', selection: queue, shows: type },
    { circle: 'operators', selection: 'workersDetail { name host }', shows: '"host"' },
  ],
  jobUpdated: [onJob('jobId', jobSelection, { after: 0 }), onJob('extractionJobId')],
  jobLogAdded: [onJob('jobId', 'sequence message', { after: 0 })],
  jobsUpdated: [{ circle: 'viewers', selection: jobSelection, variables: filter }],
  queueUpdated: [
    { circle: 'everybody', selection: queue, variables: () => ({ type }), shows: type },
    {
      circle: 'operators',
      selection: 'workersDetail { name host }',
      variables: () => ({ type }),
      shows: '"host"',
    },
  ],
  registerVideo: [
    {
      circle: 'everybody',
      selection: `${failure} ... on RegisterVideoPayload { video { title } }`,
      variables: ({ videoId }) => ({ input: { id: videoId, title: 'Mine', path: 'mine.mp4' } }),
      shows: 'Register',
    },
  ],
  createPersona: [
    {
      circle: 'everybody',
      selection: `${failure} ... on CreatePersonaPayload { persona { name } }`,
      variables: () => ({ input: { name: 'Me', role: 'I', informationNeed: 'Mine' } }),
      shows: 'CreatePersonaPayload',
    },
  ],
  ...Object.fromEntries(jobDefinitions.map((it) => [it.mutation, [start(it)]])),
  analyzeVideo: [
    {
      circle: 'owner',
      selection: `${failure} ${conflict} ... on AnalyzeVideoPayload { created pipeline { jobs { owner } } }`,
      variables: ({ videoId, personaId, idempotencyKey }) => ({
        input: { videoId, personaId },
        options: { idempotencyKey: `${idempotencyKey}-4` },
      }),
    },
  ],
  createJobTicket: [
    {
      circle: 'viewers',
      selection: failure,
      variables: ({ jobId }) => ({ jobId }),
      shows: 'CreateJobTicketPayload',
    },
  ],
  setJobPriority: [onJob('waitingJobId', control('SetJobPriority'), { priority: 'LOW' })],
  cancelJob: [onJob('waitingJobId', control('CancelJob'))],
  retryJob: [onJob('failedJobId', control('RetryJob'))],
  cancelJobs: [{ circle: 'viewers', selection: bulk, variables: filter, shows: '"changed"' }],
  retryFailedJobs: [{ circle: 'viewers', selection: bulk, variables: filter, shows: '"changed"' }],
  pauseQueue: [
    { circle: 'operators', selection: queue, variables: () => ({ type }), shows: '"paused":true' },
  ],
  resumeQueue: [
    { circle: 'operators', selection: queue, variables: () => ({ type }), shows: '"paused":false' },
  ],
};
