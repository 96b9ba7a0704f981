import type { z } from 'zod';

/** The body of FastAPI's 422 for a body that pydantic refuses, with the input echoed; undefined if the body is valid. */
export function findPydanticError(schema: z.ZodType, body: unknown): object | undefined {
  const { error } = schema.safeParse(body, { reportInput: true });
  return error && { detail: error.issues.flatMap((issue) => describeIssue(issue, body)) };
}

function describeIssue(issue: z.core.$ZodIssue, body: unknown): object[] {
  const loc = ['body', ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const fields = issue.input as Record<string, unknown>;
    return issue.keys.map((key) => ({
      type: 'extra_forbidden',
      loc: [...loc, key],
      msg: 'Extra inputs are not permitted',
      input: fields[key],
    }));
  }
  if (issue.input === undefined) {
    return [{ type: 'missing', loc, msg: 'Field required', input: body }];
  }
  return [{ type: issue.code, loc, msg: issue.message, input: issue.input }];
}
