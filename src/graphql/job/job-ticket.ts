import { z } from 'zod';
import { jobRows } from '../../jobs/rows/find.ts';
import { maxTicketSeconds } from '../../db/viewer.ts';
import { NotFoundError, ValidationError } from '../../errors.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { parseArgument } from '../input.ts';
import { payload } from '../errors.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { JobRef } from './job.ts';

const defaultSeconds = 600;
const seconds = z.number().int().min(1).max(maxTicketSeconds).default(defaultSeconds);

interface JobTicket {
  ticket: string;
  expiresAt: Date;
}

const CreateJobTicketPayloadRef = builder.objectRef<JobTicket>('CreateJobTicketPayload').implement({
  description: 'Read access to one job, its result and its video.',
  fields: (t) => ({
    ticket: t.exposeString('ticket', {
      description: 'Send it as the query parameter `ticket`, or as a bearer token.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it expires. Streams that were opened with it end then, too.',
    }),
  }),
});

builder.mutationField('createJobTicket', (t) =>
  t.field({
    type: CreateJobTicketPayloadRef,
    description: [
      'Creates a ticket for one job: whoever has it can read that job, its result, its log, `GET /api/jobs/:id` and the video that it is about, and nothing else.',
      'It is for `EventSource` and `<video>`, which send no headers, and for people without an account.',
    ].join(' '),
    errors: payload('CreateJobTicketResult', 'The ticket, or why there is none.', [
      NotFoundError,
      ValidationError,
    ]),
    args: {
      jobId: t.arg.id({ required: true, description: 'The job’s id.' }),
      expiresInSeconds: t.arg.int({
        defaultValue: defaultSeconds,
        description: `Seconds until it expires, from 1 to ${maxTicketSeconds}.`,
      }),
    },
    resolve: (_root, { jobId, expiresInSeconds }, context) =>
      createTicket(context, jobId, expiresInSeconds),
  }),
);

const RevokeJobTicketsPayloadRef = builder
  .objectRef<{ job: JobRow }>('RevokeJobTicketsPayload')
  .implement({
    description: 'The job whose tickets were revoked.',
    fields: (t) => ({ job: t.expose('job', { type: JobRef, description: 'The job.' }) }),
  });

builder.mutationField('revokeJobTickets', (t) =>
  t.field({
    type: RevokeJobTicketsPayloadRef,
    description:
      'Every ticket of this job stops working, and streams that were opened with one end, both within ten seconds. New tickets can be created.',
    errors: payload('RevokeJobTicketsResult', 'The job, or why its tickets were not revoked.', [
      NotFoundError,
    ]),
    args: { jobId: t.arg.id({ required: true, description: 'The job’s id.' }) },
    resolve: async (_root, { jobId }, { readers, viewer, session, revokeTickets }) => {
      const job = await readers.find(jobRows, viewer, jobId);
      if (!job) throw new NotFoundError('job', jobId, ['jobId']);
      await revokeTickets(session, job.id);
      return { job };
    },
  }),
);

async function createTicket(
  { readers, viewer, session, issueTicket }: GraphQLContext,
  jobId: string,
  expiresInSeconds: number | null | undefined,
): Promise<JobTicket> {
  const lifetimeSeconds = parseArgument('expiresInSeconds', seconds, expiresInSeconds ?? undefined);
  const job = await readers.find(jobRows, viewer, jobId);
  if (!job) throw new NotFoundError('job', jobId, ['jobId']);
  return issueTicket(session, job, lifetimeSeconds);
}
