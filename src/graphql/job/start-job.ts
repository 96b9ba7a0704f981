import type { JobRow } from '../../jobs/rows/row.ts';
import type { InsertedJob, NewJob } from '../../jobs/rows/insert.ts';
import { asOwner } from '../../db/viewer.ts';
import {
  IdempotencyConflictError,
  NotFoundError,
  RateLimitedError,
  ValidationError,
} from '../../errors.ts';
import { pascalName } from '../../jobs/define-job.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { explainGone } from './explain-gone.ts';
import { publishAndDispatch } from './publish-jobs.ts';
import { defineInput, defineParameters } from './job-input.ts';
import { resultsOf } from './job-results.ts';
import { JobRef } from './job.ts';
import { findJobByIdempotencyKey } from '../../jobs/rows/find.ts';
import { JobOptionsRef, parseStart, toColumns } from './job-options.ts';
import type { JobOptions, StartArguments } from './job-options.ts';
import type { JobStart } from './job-start.ts';
import { checkBasedOn } from './related-jobs.ts';
import { payload } from '../errors.ts';
import { NodeRef } from '../node/node-ref.ts';

/** For each job type: the object type of its jobs, its parameters, its input, and the mutation that starts it. */
export const jobStarts: readonly JobStart[] = jobDefinitions.map((definition) => {
  const jobRef = defineJobType(definition);
  return {
    mutation: definition.mutation,
    inputRef: defineMutation(definition, jobRef),
    schema: definition.input,
    plan: (input, options, context) => [toNewJob(definition, input, options, context)],
    check: definition.checkInput,
  };
});

function defineJobType(definition: JobDefinition) {
  const name = pascalName(definition);
  const parametersRef = defineParameters(
    `${name}Parameters`,
    `The input of ${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}Job, with defaults filled in.`,
    definition.input,
  );
  return builder.objectRef<JobRow>(`${name}Job`).implement({
    description: definition.description,
    interfaces: [NodeRef, JobRef],
    fields: (t) => ({
      input: t.field({
        type: parametersRef,
        description: 'Its input, with defaults filled in.',
        resolve: (job) => job.input,
      }),
      result: t.field({
        type: definition.result.type as never,
        nullable: true,
        description:
          'Its result; null until COMPLETED, and once it was deleted with its video or persona.',
        resolve: (job, _args, context) =>
          (job.state === 'COMPLETED' ? resultsOf(definition)(context).load(job.id) : null) as never,
      }),
    }),
  });
}

type JobTypeRef = ReturnType<typeof defineJobType>;

function defineMutation(definition: JobDefinition, jobRef: JobTypeRef): JobStart['inputRef'] {
  const { mutation, description } = definition;
  const verb = capitalize(mutation);
  const inputRef = defineInput(`${verb}Input`, `The input of \`${mutation}\`.`, definition.input);
  const payloadRef = builder
    .objectRef<{ job: JobRow; created: boolean }>(`${verb}Payload`)
    .implement({
      description: `The job that \`${mutation}\` started.`,
      fields: (t) => ({
        job: t.expose('job', { type: jobRef, description: 'The job, as it is now.' }),
        created: t.exposeBoolean('created', {
          description: 'False if an earlier call had started it.',
        }),
      }),
    });
  builder.mutationField(mutation, (t) =>
    t.field({
      type: payloadRef,
      description: `${description} Returns at once; the job runs later.`,
      errors: payload(`${verb}Result`, `The job, or why \`${mutation}\` did not start it.`, [
        ValidationError,
        NotFoundError,
        RateLimitedError,
        IdempotencyConflictError,
      ]),
      args: {
        input: t.arg({ type: inputRef, required: true, description: 'What to do.' }),
        options: t.arg({ type: JobOptionsRef, description: 'How to run it.' }),
      },
      resolve: (_root, args, context) => startJob(definition, args, context),
    }),
  );
  return inputRef;
}

function capitalize(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}

/** Checks, stores and enqueues, in this order: once the row is stored, the job will run. */
async function startJob(
  definition: JobDefinition,
  args: StartArguments,
  context: GraphQLContext,
): Promise<InsertedJob> {
  const { db, readers, insertJob, limits, viewer } = context;
  const { input, options } = await parseStart(definition.input, args, context);
  const job = toNewJob(definition, input, options, context);
  const earlier = await findJobByIdempotencyKey(db, job);
  if (earlier) return { job: earlier, created: false };
  const check = () => definition.checkInput(readers, asOwner(viewer), input);
  const [refund] = await Promise.all([
    limits.startJobs(viewer.owner, 1),
    check(),
    checkBasedOn(context, options.basedOn),
  ]);

  const inserted = await explainGone(insertJob(job), check);
  if (inserted.created) publishAndDispatch(context, [inserted.job]);
  // A concurrent call with the same key was faster.
  else await refund();
  return inserted;
}

function toNewJob(
  { type, defaults }: JobDefinition,
  input: NewJob['input'],
  options: JobOptions,
  { session, viewer, settings, tracing, newId }: GraphQLContext,
): NewJob {
  return {
    id: newId(),
    resultId: newId(),
    type,
    owner: viewer.owner,
    input,
    maxAttempts: settings(type).attempts,
    traceContext: tracing?.current,
    ownerWeight: session.weight,
    ...toColumns(options, defaults.priority),
  };
}
