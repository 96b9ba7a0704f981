import { Batch, Job, JobLogs, Queues } from '../generated/poll-documents.ts';
import type { JobLogsQuery } from '../generated/types.ts';
import { isOver } from '../topics/batch.ts';
import { isFinal } from '../topics/job.ts';
import { pollJobs } from './poll-jobs.ts';
import type { Poll } from './poll.ts';
import type { Answer, SubscriptionRequest } from './transport.ts';

/** One thing that has versions: `query` answers as `field` what the subscription sends as `event`. */
function pollVersioned(
  query: string,
  field: string,
  path: string,
  isOver: (value: never) => boolean,
): (request: SubscriptionRequest) => Poll {
  return ({ variables: { id } }) => ({
    request: () => ({ query, variables: { id } }),
    waitAt: path + encodeURIComponent(id as string),
    read: ({ [field]: value }) => ({
      events: [{ [`${field}Updated`]: value }],
      isOver: isOver(value as never),
    }),
  });
}

function pollLog({ variables: { id, after } }: SubscriptionRequest): Poll {
  let last = after;
  return {
    request: () => ({ query: JobLogs, variables: { id, after: last } }),
    read: (data) => {
      const job = (data as unknown as JobLogsQuery).job!;
      last = job.logs.at(-1)?.sequence ?? last;
      return {
        events: job.logs.map((jobLogAdded) => ({ jobLogAdded })),
        isOver: job.logs.length === 0 && isFinal(job),
      };
    },
  };
}

function pollQueues(): Poll {
  return {
    request: () => ({ query: Queues, variables: {} }),
    read: ({ queues }) => ({ events: [{ queuesUpdated: queues }] }),
  };
}

/** By the field of the subscription. */
const polls: Record<string, (request: SubscriptionRequest) => Poll> = {
  jobUpdated: pollVersioned(Job, 'job', 'api/jobs/', isFinal),
  batchUpdated: pollVersioned(Batch, 'batch', 'api/batches/', isOver),
  jobLogAdded: pollLog,
  jobsUpdated: pollJobs,
  queuesUpdated: pollQueues,
};

export function createPoll(request: SubscriptionRequest): Poll {
  if (request.poll) return { ...request.poll, read: (data) => ({ events: [data] }) };
  const [, field] = /\{(\w+)/.exec(request.query)!;
  return polls[field!]!(request);
}

/** What the subscription would say of something that is not there, or is somebody else's. */
export const notFound: Answer = {
  errors: [{ message: 'It does not exist.', extensions: { code: 'NOT_FOUND' } }],
};
