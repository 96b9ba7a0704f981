import { v7 as uuidv7 } from 'uuid';
import type { JobRow } from '../../db/job-row.ts';
import { insertJob } from '../../db/jobs.ts';
import { NotFoundError, ValidationError } from '../../errors.ts';
import type { ValidationIssue } from '../../errors.ts';
import { pascalName } from '../../jobs/define-job.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import { jobDefinitions } from '../../jobs/index.ts';
import { publishJobs } from '../../pubsub/broker.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { collect } from '../input.ts';
import { describeFields } from '../input-shape.ts';
import type { FieldShape } from '../input-shape.ts';
import { choiceRefs } from './enums.ts';
import { JobRef } from './job.ts';
import { jobOptionsSchema, JobOptionsRef } from './job-options.ts';

// For each job type: the object type of its jobs, its parameters, its input, and the mutation that starts it.
for (const definition of jobDefinitions) {
  const jobRef = defineJobType(definition);
  defineMutation(definition, jobRef);
}

function defineJobType(definition: JobDefinition) {
  const name = pascalName(definition);
  const parametersRef = builder.objectRef<JobRow['input']>(`${name}Parameters`);
  parametersRef.implement({
    description: `What a ${name}Job was asked to do, defaults filled in.`,
    fields: (t) =>
      Object.fromEntries(
        describeFields(definition.input).map((field) => [
          field.name,
          t.field({
            type: toOutputType(field),
            nullable: !field.isPresent,
            description: field.description,
            resolve: (input) => input[field.name] as never,
          }),
        ]),
      ),
  });
  return builder.objectRef<JobRow>(`${name}Job`).implement({
    description: definition.description,
    interfaces: [JobRef],
    fields: (t) => ({
      input: t.field({
        type: parametersRef,
        description: 'What it was asked to do.',
        resolve: (job) => job.input,
      }),
      result: t.field({
        type: definition.result.type as never,
        nullable: true,
        description: 'What it made; null until COMPLETED.',
        resolve: (job, _args, { loaders }) =>
          (job.state === 'COMPLETED' ? loaders.results(job.type).load(job.id) : null) as never,
      }),
    }),
  });
}

type JobTypeRef = ReturnType<typeof defineJobType>;

function defineMutation(definition: JobDefinition, jobRef: JobTypeRef): void {
  const { mutation, description } = definition;
  const verb = mutation[0]!.toUpperCase() + mutation.slice(1);
  const inputRef = builder.inputType(`${verb}Input`, {
    description: `What \`${mutation}\` needs to know.`,
    fields: (t) =>
      Object.fromEntries(
        describeFields(definition.input).map((field) => [
          field.name,
          t.field({
            type: toOutputType(field) as never,
            required: field.isRequired as never,
            defaultValue: field.defaultValue as never,
            description: field.description,
          }),
        ]),
      ),
  });
  const payloadRef = builder
    .objectRef<{ job: JobRow; created: boolean }>(`${verb}Payload`)
    .implement({
      description: `The job that \`${mutation}\` started.`,
      fields: (t) => ({
        job: t.expose('job', { type: jobRef, description: 'The job, as it is now.' }),
        created: t.exposeBoolean('created', {
          description: 'False when an earlier call had started it already.',
        }),
      }),
    });
  builder.mutationField(mutation, (t) =>
    t.field({
      type: payloadRef,
      description: `${description} Answers at once; the job runs later.`,
      errors: {
        types: [ValidationError, NotFoundError],
        directResult: true,
        union: {
          name: `${verb}Result`,
          description: `The job, or why \`${mutation}\` did not start it.`,
        },
      },
      args: {
        input: t.arg({ type: inputRef, required: true, description: 'What to do.' }),
        options: t.arg({ type: JobOptionsRef, description: 'How to run it.' }),
      },
      resolve: (_root, args, context) => startJob(definition, args, context),
    }),
  );
}

/** GraphQL's own names, and enums by the refs that made them. */
function toOutputType({ type, isList }: FieldShape) {
  const ref = (choiceRefs.get(type) ?? type) as 'String';
  return isList ? ([ref] as ['String']) : ref;
}

/** Checks, stores, and hands to the queue, in this order: once the row is there, the job will run. */
async function startJob(
  definition: JobDefinition,
  args: { input: object; options?: object | null | undefined },
  { db, viewer, queues, broker, logger, maxAttempts }: GraphQLContext,
): Promise<{ job: JobRow; created: boolean }> {
  const issues: ValidationIssue[] = [];
  const input = collect(issues, 'input', definition.input, args.input);
  const options = collect(issues, 'options', jobOptionsSchema, args.options ?? {});
  if (!input || !options) throw new ValidationError(issues);
  await definition.checkInput(db, viewer.owner, input);

  const job = await insertJob(db, {
    id: uuidv7(),
    type: definition.type,
    owner: viewer.owner,
    input,
    maxAttempts: maxAttempts(definition.type),
    priority: options.priority ?? definition.defaults.priority,
  });
  await queues.enqueue(job);
  await publishJobs(broker, [job]).catch((error: unknown) =>
    logger.warn({ err: error, jobId: job.id }, 'new job not announced'),
  );
  return { job, created: true };
}
