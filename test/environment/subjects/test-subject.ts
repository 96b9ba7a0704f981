import type { JobDefinition } from '../../../src/jobs/define-job.ts';
import type { FakeEndpoint } from '../model-service/endpoint.ts';

/**
 * What the tests that go through all subjects need to know of one: the fake model service, and who sees what. To add one: a
 * file beside this one, and a line in the list.
 */
export interface TestSubject {
  job?: TestJob;
  /** Every root field that is the subject's own, with all its arguments that name something. */
  actions?: Record<string, Action[]>;
}

/** The job that makes a subject. What its input names, those before it in the list have made. */
export interface TestJob {
  definition: Pick<JobDefinition, 'type'>;
  /** What the fake model service says, at each endpoint that the job calls. */
  endpoint: FakeEndpoint | readonly FakeEndpoint[];
  /** What its result and its job are called among the ids of a tenant. */
  ids: { job: string; result: string };
  /** All fields of its result that could tell something, and all that these lead to. */
  resultFields: string;
  /** What its input must have beside what it names. */
  input?: Record<string, unknown>;
}

/** Whose request finds something there. */
type Circle =
  /** What is theirs: the owner, and operators. */
  | 'viewers'
  /** The owner alone: an operator starts nothing with what is others'. */
  | 'owner'
  | 'operators'
  | 'everybody';

/** One way to ask for a root field; its query takes the field's arguments from variables of their names. */
export interface Action {
  circle: Circle;
  selection: string;
  variables?: (ids: Ids) => Record<string, unknown>;
  /** In what who sees it gets; the mark of the owner if absent. */
  shows?: string;
}

/** What can be named in a request, with the ids of each test subject. */
export interface Ids extends Record<string, string> {
  owner: string;
  videoId: string;
  /** The id that its video has in the installation. */
  videoNodeId: string;
  videoCursor: string;
  claimId: string;
  personaId: string;
  jobId: string;
  extractionJobId: string;
  synthesisJobId: string;
  pipelineId: string;
  pipelineJobId: string;
  batchId: string;
  failedJobId: string;
  waitingJobId: string;
  summaryId: string;
  synthesisId: string;
  idempotencyKey: string;
}

/** Of every mutation whose result is a union. */
export const failure = '__typename ... on Error { message }';
export const idempotencyConflict = '... on IdempotencyConflictError { existingJobId }';
