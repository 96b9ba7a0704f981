import type { JobDefinition } from '../../../src/jobs/define-job.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { testSubjects } from '../subjects/index.ts';
import { failure, idempotencyConflict } from '../subjects/test-subject.ts';
import type { Action, Ids } from '../subjects/test-subject.ts';
import { keyOfBatch, nameBatch, nameInput } from './named-inputs.ts';
import { jobSelection, nodeSelection, testJobs } from './selections.ts';

const bulk = 'changed unchanged hasMore';
/** All that a filter names, in filters that find something. */
const filters: ((ids: Ids) => Record<string, unknown>)[] = [
  ({ owner, videoId }) => ({ filter: { owner, videoId } }),
  ({ videoId, personaId }) => ({ filter: { videoIds: [videoId], personaId } }),
  ({ jobId }) => ({ filter: { ids: [jobId] } }),
  ({ pipelineId }) => ({ filter: { pipelineId } }),
  ({ videoNodeId }) => ({ filter: { videoId: videoNodeId } }),
  ({ batchId }) => ({ filter: { batchId } }),
];

function byFilter(action: Omit<Action, 'circle'>): Action[] {
  return filters.map((variables) => ({ circle: 'viewers', ...action, variables }));
}

const queue = 'type paused workers';
const type = 'VIDEO_SUMMARIZATION';

/** The mutation that starts jobs of a type, with all that its input names; videos by either of their ids. */
function start(definition: JobDefinition): Action[] {
  const { mutation } = definition;
  const verb = mutation[0]!.toUpperCase() + mutation.slice(1);
  const selection = `${failure} ${idempotencyConflict} ... on ${verb}Payload { created job { type owner } }`;
  const named: Action = {
    circle: 'owner',
    selection,
    variables: (ids) => ({
      input: nameInput(definition, ids),
      options: { idempotencyKey: ids.idempotencyKey, basedOn: ids.jobId },
    }),
  };
  // Without the key: all guesses are sent at once, and of two with one key the first would start the job.
  const byNode: Action = {
    circle: 'owner',
    selection,
    variables: ({ videoNodeId, ...ids }) => ({
      input: nameInput(definition, { ...ids, videoId: videoNodeId }),
    }),
  };
  return 'videoId' in nameInput(definition, {}) ? [named, byNode] : [named];
}

const batchSelection = `id name state progress counts { state count } jobs(first: 20) { edges { node { ${jobSelection} } } }`;

function control(verb: string): string {
  return `${failure} ... on ${verb}Payload { job { ${jobSelection} } }`;
}

function onJob(name: keyof Ids, selection = jobSelection, more = {}): Action {
  return { circle: 'viewers', selection, variables: (ids) => ({ id: ids[name], ...more }) };
}

const nodeIds = ['videoNodeId', 'personaId', 'pipelineId', 'claimId', 'waitingJobId'].concat(
  testJobs.flatMap(({ ids }) => [ids.job, ids.result]),
);

/** Every root field of the schema, with each of its arguments that names something. */
export const actions: Record<string, Action[]> = {
  job: [
    ...testJobs.map(({ ids }) => onJob(ids.job)),
    onJob('pipelineJobId'),
    onJob('failedJobId'),
    onJob('waitingJobId'),
  ],
  jobs: [
    ...byFilter({ selection: `edges { cursor node { ${jobSelection} } }` }),
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
  node: nodeIds.map((name) => onJob(name, nodeSelection)),
  nodes: [
    {
      circle: 'viewers',
      selection: nodeSelection,
      variables: ({ videoNodeId, jobId }) => ({ ids: [videoNodeId, jobId] }),
    },
  ],
  pipeline: [
    {
      circle: 'viewers',
      selection: `jobs { ${jobSelection} }`,
      variables: ({ pipelineId }) => ({ id: pipelineId }),
    },
  ],
  batch: [onJob('batchId', batchSelection)],
  batchUpdated: [onJob('batchId', batchSelection, { after: 0 })],
  startBatch: [
    {
      circle: 'owner',
      selection: `${failure} ${idempotencyConflict} ... on StartBatchPayload { created batch { jobs { edges { node { type owner } } } } }`,
      variables: (ids) => ({
        input: nameBatch(ids),
        options: { idempotencyKey: keyOfBatch(ids), basedOn: ids.jobId },
      }),
    },
  ],
  viewer: [{ circle: 'everybody', selection: 'role', shows: '"role"' }],
  installation: [
    { circle: 'operators', selection: 'findings { check level seen advice }', shows: '"level"' },
  ],
  jobCounts: byFilter({ selection: 'type state count', shows: '"count"' }),
  jobErrorGroups: byFilter({
    selection: `code message count newest { ${jobSelection} }`,
    shows: '"jobErrorGroups"',
  }),
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
  jobsUpdated: [
    ...byFilter({ selection: `job { ${jobSelection} }` }),
    {
      circle: 'viewers',
      selection: `job { ${jobSelection} }`,
      variables: ({ videoCursor }) => ({ after: videoCursor }),
    },
  ],
  queuesUpdated: [
    { circle: 'everybody', selection: queue, shows: type },
    { circle: 'operators', selection: 'workersDetail { name host }', shows: '"host"' },
  ],
  queueUpdated: [
    { circle: 'everybody', selection: queue, variables: () => ({ type }), shows: type },
    {
      circle: 'operators',
      selection: 'workersDetail { name host }',
      variables: () => ({ type }),
      shows: '"host"',
    },
  ],
  ...Object.assign({}, ...testSubjects.map(({ actions }) => actions)),
  ...Object.fromEntries(jobDefinitions.map((it) => [it.mutation, start(it)])),
  createJobTicket: [
    {
      circle: 'viewers',
      selection: failure,
      variables: ({ jobId }) => ({ jobId }),
      shows: 'CreateJobTicketPayload',
    },
  ],
  revokeJobTickets: [
    {
      circle: 'viewers',
      selection: `${failure} ... on RevokeJobTicketsPayload { job { ${jobSelection} } }`,
      variables: ({ jobId }) => ({ jobId }),
    },
  ],
  setJobPriority: [onJob('waitingJobId', control('SetJobPriority'), { priority: 'LOW' })],
  cancelJob: [onJob('waitingJobId', control('CancelJob'))],
  retryJob: [onJob('failedJobId', control('RetryJob'))],
  cancelJobs: byFilter({ selection: bulk, shows: '"changed"' }),
  retryFailedJobs: byFilter({ selection: bulk, shows: '"changed"' }),
  pauseQueue: [
    { circle: 'operators', selection: queue, variables: () => ({ type }), shows: '"paused":true' },
  ],
  resumeQueue: [
    { circle: 'operators', selection: queue, variables: () => ({ type }), shows: '"paused":false' },
  ],
};
