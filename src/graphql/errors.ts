import { toInt } from '../platform/int.ts';
import {
  ConflictError,
  IdempotencyConflictError,
  NotFoundError,
  RateLimitedError,
  ValidationError,
} from '../errors.ts';
import type { ValidationIssue } from '../errors.ts';
import { builder } from './builder.ts';

const ErrorRef = builder.interfaceRef<Error>('Error').implement({
  description: 'What kept a mutation from its goal, as data: ask for it with `... on Error`.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'For a person to read.' }),
  }),
});

const ValidationIssueRef = builder.objectRef<ValidationIssue>('ValidationIssue').implement({
  description: 'One fault of an input.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description: 'From the mutation’s arguments down to the fault: field names and list indexes.',
    }),
    message: t.exposeString('message', { description: 'What would be right.' }),
  }),
});

builder.objectType(ValidationError, {
  name: 'ValidationError',
  description: 'The values given are not acceptable. Nothing was stored.',
  interfaces: [ErrorRef],
  fields: (t) => ({
    issues: t.field({
      type: [ValidationIssueRef],
      description: 'Every fault, not only the first.',
      resolve: (error) => error.issues,
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'Something that the input names is not there, or not the viewer’s.',
  interfaces: [ErrorRef],
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'The request contradicts what is stored.',
  interfaces: [ErrorRef],
});

builder.objectType(RateLimitedError, {
  name: 'RateLimitedError',
  description: 'More was asked for than one may, for now. Nothing was stored.',
  interfaces: [ErrorRef],
  fields: (t) => ({
    retryAfterMs: t.int({
      description: 'After so many milliseconds it may be worth asking again.',
      resolve: ({ retryAfterMs }) => toInt(retryAfterMs),
    }),
  }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key has already started a job with another input.',
  interfaces: [ErrorRef],
  fields: (t) => ({
    existingJobId: t.exposeID('existingJobId', { description: 'The job that has the key.' }),
  }),
});
