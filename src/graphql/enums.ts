import { jobErrorCodes } from '../errors.ts';
import { jobPriorities, jobStates, logLevels } from '../jobs/rows/row.ts';
import type { JobPriority, JobState, LogLevel } from '../jobs/rows/row.ts';
import type { JobErrorCode } from '../errors.ts';
import { jobDefinitions } from '../subjects/index.ts';
import { builder } from './builder.ts';
import { describeFields, listGroups } from './input-shape.ts';
import type { FieldShape } from './input-shape.ts';

/** Values with their descriptions, in the order in which they are declared. */
export function describeValues<Value extends string>(
  values: readonly Value[],
  descriptions: Record<Value, string>,
) {
  return Object.fromEntries(
    values.map((value) => [value, { value, description: descriptions[value] }]),
  ) as Record<Value, { value: Value; description: string }>;
}

export const JobTypeRef = builder.enumType('JobType', {
  description: 'What a job does.',
  values: describeValues(
    jobDefinitions.map(({ type }) => type),
    Object.fromEntries(jobDefinitions.map(({ type, description }) => [type, description])),
  ),
});

export const JobStateRef = builder.enumType('JobState', {
  description: 'The state of a job. COMPLETED, FAILED, CANCELED and EXPIRED are final.',
  values: describeValues<JobState>(jobStates, {
    QUEUED: 'Waits for a worker.',
    DELAYED: 'Waits until a given time: after a requested delay, or before another attempt.',
    ACTIVE: 'A worker is running it.',
    COMPLETED: 'Done; the result is available.',
    FAILED: 'Failed for good; the error says why.',
    CANCELED: 'Canceled before it completed.',
    EXPIRED: 'Not started before `expiresAt`.',
  }),
});

export const JobPriorityRef = builder.enumType('JobPriority', {
  description:
    'Which job a queue takes first. Jobs of one priority run in the order of their submission.',
  values: describeValues<JobPriority>(jobPriorities, {
    HIGH: 'Before all others.',
    NORMAL: 'Before LOW, after HIGH.',
    LOW: 'After all others.',
  }),
});

export const JobErrorCodeRef = builder.enumType('JobErrorCode', {
  description: 'Why an attempt failed.',
  values: describeValues<JobErrorCode>(jobErrorCodes, {
    INVALID_INPUT:
      'The input refers to something that is gone or does not fit, or the model service rejected it.',
    MODEL_REJECTED: 'The model service refused the request; another attempt would be refused too.',
    MODEL_UNAVAILABLE: 'The model service could not be reached, was not at its address, or failed.',
    MODEL_RATE_LIMITED: 'The model service is receiving too many requests.',
    MODEL_TIMEOUT: 'The model service did not answer in time.',
    MODEL_BAD_RESPONSE: 'The model service sent an invalid response.',
    DEADLINE_EXCEEDED: 'The job took longer than its type allows.',
    STALLED: 'Its worker disappeared more often than allowed.',
    PREDECESSOR_FAILED: 'The job before it in its pipeline ended without a result.',
    INTERNAL: 'An error of this server.',
  }),
});

export const LogLevelRef = builder.enumType('LogLevel', {
  description: 'The severity of a log line.',
  values: describeValues<LogLevel>(logLevels, {
    DEBUG: 'For debugging.',
    INFO: 'Normal operation.',
    WARN: 'Something unexpected that did not stop the job.',
    ERROR: 'Something that made the attempt fail.',
  }),
});

const choices = new Map(
  jobDefinitions
    .flatMap(({ input }) => listAllFields(describeFields(input)))
    .flatMap(({ type, values }) => (values ? [[type, values] as const] : [])),
);

/** The enums that the inputs of jobs use, by name. */
export const choiceRefs = new Map(
  [...choices].map(([name, values]) => [
    name,
    builder.enumType(name, {
      description: `An option of ${choiceUsers(name)}.`,
      values: describeValues(Object.keys(values), values),
    }),
  ]),
);

function choiceUsers(name: string): string {
  return jobDefinitions
    .filter(({ input }) => listAllFields(describeFields(input)).some(({ type }) => type === name))
    .map(({ mutation }) => `\`${mutation}\``)
    .join(', ');
}

/** With those of groups. */
function listAllFields(fields: readonly FieldShape[]): FieldShape[] {
  const groups = [...listGroups(fields).values()];
  return [...fields, ...groups.flatMap((group) => group.fields)];
}
