import { isDeepStrictEqual } from 'node:util';
import DataLoader from 'dataloader';
import { sql } from 'kysely';
import {
  findPipelineByIdempotencyKey,
  insertPipeline,
  listPipelineJobs,
} from '../../jobs/pipelines.ts';
import type { Pipeline } from '../../jobs/pipelines.ts';
import { asOwner } from '../../db/viewer.ts';
import {
  IdempotencyConflictError,
  NotFoundError,
  RateLimitedError,
  ValidationError,
} from '../../errors.ts';
import { analysisInput, planAnalysis } from '../../subjects/analyze-video.ts';
import { toUuid } from '../../platform/text.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { defineLoader } from '../loaders.ts';
import { addNode, NodeRef } from '../node/node-ref.ts';
import { explainGone } from './explain-gone.ts';
import { publishAndDispatch } from './publish-jobs.ts';
import { JobOptionsRef, parseStart } from './job-options.ts';
import { checkBasedOn } from './related-jobs.ts';
import type { StartArguments } from './job-options.ts';
import { AnalyzeVideoInputRef, checkAnalysis, planAnalysisRows } from './analysis-start.ts';
import type { AnalysisInput } from './analysis-start.ts';
import { JobRef } from './job.ts';
import { payload } from '../errors.ts';

const PipelineRef = builder.objectRef<Pipeline>('Pipeline').implement({
  description: 'Jobs that run in sequence: each starts when the one before has completed.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    jobs: t.field({
      type: [JobRef],
      complexity: { multiplier: 3 },
      description: 'Its jobs, in order.',
      resolve: (pipeline) => pipeline.jobs,
    }),
  }),
});

/** The jobs of a pipeline that the viewer may see, in order. */
export const jobsOfPipeline = defineLoader(
  (db, viewer) =>
    new DataLoader(async (pipelineIds: readonly string[]) => {
      const jobs = await listPipelineJobs(db, viewer, pipelineIds);
      const byPipeline = Map.groupBy(jobs, (job) => job.pipelineId);
      return pipelineIds.map((pipelineId) => byPipeline.get(pipelineId) ?? []);
    }),
);

builder.interfaceField(JobRef, 'pipeline', (t) =>
  t.field({
    type: PipelineRef,
    nullable: true,
    description: 'The pipeline that it is a step of.',
    resolve: async ({ pipelineId }, _args, context) =>
      pipelineId === null || context.viewer.role === 'ticket'
        ? null
        : { id: pipelineId, jobs: await jobsOfPipeline(context).load(pipelineId) },
  }),
);

builder.queryField('pipeline', (t) =>
  t.field({
    type: PipelineRef,
    nullable: true,
    description: 'One pipeline; null if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The pipeline’s id.' }) },
    resolve: (_root, { id }, context) => findPipeline(context, toUuid(id)),
  }),
);

addNode({
  name: 'Pipeline',
  from: sql`job`,
  id: 'job.pipelineId',
  load: (context, { id }) => findPipeline(context, id),
});

async function findPipeline(
  context: GraphQLContext,
  id: string | undefined,
): Promise<Pipeline | undefined> {
  if (id === undefined || context.viewer.role === 'ticket') return undefined;
  const jobs = await jobsOfPipeline(context).load(id);
  return jobs.length > 0 ? { id, jobs } : undefined;
}

const AnalyzeVideoPayloadRef = builder
  .objectRef<{ pipeline: Pipeline; created: boolean }>('AnalyzeVideoPayload')
  .implement({
    description: 'The pipeline that `analyzeVideo` started.',
    fields: (t) => ({
      pipeline: t.expose('pipeline', {
        type: PipelineRef,
        description: 'The pipeline, as it is now.',
      }),
      created: t.exposeBoolean('created', {
        description: 'False if an earlier call had started it.',
      }),
    }),
  });

builder.mutationField('analyzeVideo', (t) =>
  t.field({
    type: AnalyzeVideoPayloadRef,
    description: [
      'Summarizes a video, extracts the claims of that summary, and synthesizes them: three jobs, one after the other.',
      'With `transcribe`, a job before these transcribes the video.',
      'If one fails or is canceled, those after it are CANCELED. Retrying it restarts them, too.',
    ].join('\n'),
    errors: payload('AnalyzeVideoResult', 'The pipeline, or why `analyzeVideo` did not start it.', [
      ValidationError,
      NotFoundError,
      RateLimitedError,
      IdempotencyConflictError,
    ]),
    args: {
      input: t.arg({ type: AnalyzeVideoInputRef, required: true, description: 'What to do.' }),
      options: t.arg({
        type: JobOptionsRef,
        description:
          'How to run it. The priority and the tags apply to every job, the idempotency key to the whole, and the other options to the first job.',
      }),
    },
    resolve: (_root, args, context) => startAnalysis(args, context),
  }),
);

async function startAnalysis(
  args: StartArguments,
  context: GraphQLContext,
): Promise<{ pipeline: Pipeline; created: boolean }> {
  const { db, limits, readers, viewer, newId } = context;
  const { input, options } = await parseStart(analysisInput, args, context);
  const { rows, keyed } = planAnalysisRows(input, options, context);
  const earlier = await findPipelineByIdempotencyKey(db, keyed);
  if (earlier) return { pipeline: assertSameAnalysis(earlier, input), created: false };
  const check = () => checkAnalysis(readers, asOwner(viewer), input);
  const [refund] = await Promise.all([
    limits.startJobs(viewer.owner, rows.length),
    check(),
    checkBasedOn(context, options.basedOn),
  ]);
  const inserted = await explainGone(insertPipeline(db, newId(), rows), check);
  if (inserted.created) {
    publishAndDispatch(context, inserted.pipeline.jobs);
    return inserted;
  }
  // A concurrent call with the same key was faster.
  await refund();
  return { ...inserted, pipeline: assertSameAnalysis(inserted.pipeline, input) };
}

/** Throws IdempotencyConflictError unless this input makes the jobs of an earlier pipeline. */
function assertSameAnalysis(earlier: Pipeline, input: AnalysisInput): Pipeline {
  const keyed = earlier.jobs.find((job) => job.idempotencyKey !== null)!;
  const ids = earlier.jobs.map(({ resultId }) => resultId);
  const { steps } = planAnalysis(input, () => ids.shift() ?? 'none');
  const planned = steps.map((step) => ({ type: step.definition.type, input: step.input }));
  const stored = earlier.jobs.map((job) => ({ type: job.type, input: job.input }));
  // As JSON, which has no undefined.
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(planned)), stored)) return earlier;
  throw new IdempotencyConflictError(keyed.id);
}
