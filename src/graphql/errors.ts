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
  description: 'Why a mutation failed, as data: select it with `... on Error`.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'A message for people.' }),
  }),
});

const ValidationIssueRef = builder.objectRef<ValidationIssue>('ValidationIssue').implement({
  description: 'One problem in an input. Has no id: a cache keeps it in its error.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description:
        'Field names and list indexes, from the mutation’s arguments to the invalid value.',
    }),
    message: t.exposeString('message', { description: 'What a valid value is.' }),
  }),
});

builder.objectType(ValidationError, {
  name: 'ValidationError',
  description: 'The input is invalid. Nothing was stored.',
  interfaces: [ErrorRef],
  fields: (t) => ({
    issues: t.field({
      type: [ValidationIssueRef],
      description: 'All problems, not only the first.',
      resolve: (error) => error.issues,
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'Something that the input refers to does not exist or is not the viewer’s.',
  interfaces: [ErrorRef],
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What is missing, such as `video` or `job`.' }),
    id: t.exposeID('id', { description: 'The id that was given.' }),
    path: t.stringList({
      description: 'Where it is among the arguments, such as `input`, `videoId`.',
      resolve: ({ path }) => [...path],
    }),
  }),
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'The request conflicts with what is stored.',
  interfaces: [ErrorRef],
});

builder.objectType(RateLimitedError, {
  name: 'RateLimitedError',
  description: 'A limit is reached. Nothing was stored.',
  interfaces: [ErrorRef],
  fields: (t) => ({
    retryAfterMs: t.int({
      description: 'Milliseconds to wait before trying again.',
      resolve: ({ retryAfterMs }) => toInt(retryAfterMs),
    }),
  }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key has already been used with another input.',
  interfaces: [ErrorRef],
  fields: (t) => ({
    existingJobId: t.exposeID('existingJobId', {
      description: 'The job that has the key; of a batch, its first.',
    }),
  }),
});

/** The `errors` of a mutation whose result is a union: its payload, or one of these errors as data. */
export function payload<Types extends readonly unknown[]>(
  name: `${string}Result`,
  description: string,
  types: [...Types],
) {
  return { types, directResult: true as const, union: { name, description } };
}
