import type { z } from 'zod';
import type { OwnedReaders } from '../../db/owned-reader.ts';
import type { Viewer } from '../../db/viewer.ts';
import { toPipelineJobs } from '../../jobs/pipelines.ts';
import type { PipelineStep } from '../../jobs/pipelines.ts';
import { analysisInput, planAnalysis } from '../../subjects/analyze-video.ts';
import { videoSummarization } from '../../subjects/summary/job.ts';
import type { GraphQLContext } from '../context.ts';
import { defineInput } from './job-input.ts';
import { toColumns, toTags } from './job-options.ts';
import type { JobOptions } from './job-options.ts';
import type { JobStart } from './job-start.ts';

export type AnalysisInput = z.output<typeof analysisInput>;

export const AnalyzeVideoInputRef = defineInput(
  'AnalyzeVideoInput',
  'The input of `analyzeVideo`.',
  analysisInput,
);

/** An analysis as a part of a batch. */
export const analysisStart: JobStart = {
  mutation: 'analyzeVideo',
  inputRef: AnalyzeVideoInputRef,
  schema: analysisInput,
  plan: (input, options, context) => {
    const { rows } = planAnalysisRows(input as AnalysisInput, options, context);
    return toPipelineJobs(context.newId(), rows);
  },
  check: (readers, viewer, input) => checkAnalysis(readers, viewer, input as AnalysisInput),
};

/** The jobs of an analysis, and the one that has its idempotency key. */
export function planAnalysisRows(
  input: AnalysisInput,
  options: JobOptions,
  { session, viewer, settings, tracing, newId }: GraphQLContext,
): { rows: PipelineStep[]; keyed: PipelineStep } {
  const { steps, summarize } = planAnalysis(input, newId);
  const { idempotencyKey, ...timing } = toColumns(options, summarize.definition.defaults.priority);
  const rows = steps.map(({ definition, ...step }, index) => ({
    ...step,
    ...(index === 0 ? timing : {}),
    id: newId(),
    type: definition.type,
    owner: viewer.owner,
    maxAttempts: settings(definition.type).attempts,
    traceContext: tracing?.current,
    ownerWeight: session.weight,
    priority: options.priority ?? definition.defaults.priority,
    ...toTags(options.tags),
    // Every analysis has this step, so a key is found whatever else is asked for.
    idempotencyKey: definition === summarize.definition ? idempotencyKey : undefined,
  }));
  return { rows, keyed: rows.find(({ resultId }) => resultId === summarize.resultId)! };
}

export async function checkAnalysis(
  readers: OwnedReaders,
  viewer: Viewer,
  input: AnalysisInput,
): Promise<void> {
  await videoSummarization.checkInput(readers, viewer, videoSummarization.input.parse(input));
}
