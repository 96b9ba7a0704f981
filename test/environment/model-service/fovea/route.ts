import type { z } from 'zod';

/** What FOVEA's service answers to a request. */
export interface FoveaReply {
  status: number;
  body: unknown;
}

/** A route of FOVEA's service: from the parsed body of a request to its answer. */
export type FoveaRoute = (request: unknown) => FoveaReply;

export function refuse(status: number, detail: unknown): FoveaReply {
  return { status, body: { detail } };
}

/** The 422 of FastAPI, with pydantic's list; undefined if the request is valid. */
export function refuseInvalid(schema: z.ZodType, request: unknown): FoveaReply | undefined {
  const { error } = schema.safeParse(request, { reportInput: true });
  return (
    error &&
    refuse(
      422,
      error.issues.flatMap((issue) => describeIssue(issue, request)),
    )
  );
}

function describeIssue(issue: z.core.$ZodIssue, request: unknown): object[] {
  const loc = ['body', ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const msg = 'Extra inputs are not permitted';
    return issue.keys.map((key) => ({ type: 'extra_forbidden', loc: [...loc, key], msg }));
  }
  if (issue.input === undefined)
    return [{ type: 'missing', loc, msg: 'Field required', input: request }];
  return [{ type: issue.code, loc, msg: issue.message, input: issue.input }];
}
