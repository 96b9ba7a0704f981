import { jobErrorCodes } from '../errors.ts';
import { jobPriorities, jobStates, logLevels } from '../jobs/job-row.ts';
import type { JobPriority, JobState, LogLevel } from '../jobs/job-row.ts';
import type { JobErrorCode } from '../errors.ts';
import { jobDefinitions } from '../subjects/index.ts';
import { builder } from './builder.ts';
import { describeFields } from './input-shape.ts';

/** Values with their descriptions, in the order in which they are declared. */
function describeValues<Value extends string>(
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
  description: 'Where a job is in its life. COMPLETED, FAILED, CANCELED and EXPIRED are final.',
  values: describeValues<JobState>(jobStates, {
    QUEUED: 'Waits for a worker.',
    DELAYED: 'Waits for its time: a requested delay, or the pause before another attempt.',
    ACTIVE: 'A worker is at it.',
    COMPLETED: 'Done; the result is there.',
    FAILED: 'Given up; the error says why.',
    CANCELED: 'Called off.',
    EXPIRED: 'Not begun in time.',
  }),
});

export const JobPriorityRef = builder.enumType('JobPriority', {
  description:
    'Which job a queue takes first. Jobs of one priority run in the order of their submission.',
  values: describeValues<JobPriority>(jobPriorities, {
    HIGH: 'Before all others.',
    NORMAL: 'The usual.',
    LOW: 'When nothing else waits.',
  }),
});

export const JobErrorCodeRef = builder.enumType('JobErrorCode', {
  description: 'Why an attempt failed.',
  values: describeValues<JobErrorCode>(jobErrorCodes, {
    INVALID_INPUT: 'The input does not fit what it names, or the model service refuses it.',
    MODEL_REJECTED: 'The model service refused; asking again would get the same answer.',
    MODEL_UNAVAILABLE: 'The model service was not reachable, not at its address, or failed.',
    MODEL_RATE_LIMITED: 'The model service asked to be called less often.',
    MODEL_TIMEOUT: 'The model service did not answer in time.',
    MODEL_BAD_RESPONSE: 'The model service answered something that makes no sense.',
    DEADLINE_EXCEEDED: 'The job took longer than its type allows.',
    STALLED: 'The worker vanished more often than allowed.',
    PREDECESSOR_FAILED: 'The job before it in its pipeline ended without a result.',
    INTERNAL: 'A fault of this server.',
  }),
});

export const LogLevelRef = builder.enumType('LogLevel', {
  description: 'How much a log line matters.',
  values: describeValues<LogLevel>(logLevels, {
    DEBUG: 'For those who look for a fault.',
    INFO: 'What went on.',
    WARN: 'Something odd that the job got over.',
    ERROR: 'Something that kept the job from its goal.',
  }),
});

const choices = new Map(
  jobDefinitions
    .flatMap(({ input }) => describeFields(input))
    .flatMap(({ type, values }) => (values ? [[type, values] as const] : [])),
);

/** The enums that the inputs of jobs use, by name. */
export const choiceRefs = new Map(
  [...choices].map(([name, values]) => [
    name,
    builder.enumType(name, {
      description: `A choice of ${choiceUsers(name)}.`,
      values: describeValues(Object.keys(values), values),
    }),
  ]),
);

function choiceUsers(name: string): string {
  return jobDefinitions
    .filter(({ input }) => describeFields(input).some(({ type }) => type === name))
    .map(({ mutation }) => `\`${mutation}\``)
    .join(', ');
}
