import type { z } from 'zod';
import { ValidationError } from '../errors.ts';
import type { ValidationIssue } from '../errors.ts';

/** Parses one argument of a mutation; throws ValidationError with all issues. Null is the same as absent. */
export function parseArgument<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const issues: ValidationIssue[] = [];
  const parsed = collect(issues, name, schema, value);
  if (issues.length > 0) throw new ValidationError(issues);
  return parsed as z.output<Schema>;
}

/** Like `parseArgument`, but adds the issues to a list, so that the issues of several arguments are reported together. */
export function collect<Schema extends z.ZodType>(
  issues: ValidationIssue[],
  name: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(withoutNulls(value));
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    issues.push({ path: [name, ...path.map(String)], message });
  }
  return undefined;
}

/** GraphQL distinguishes null from an absent field; here both mean the default. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => withoutNulls(element));
  if (!isFields(value)) return value;
  const present = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(present.map(([name, field]) => [name, withoutNulls(field)]));
}

/** No Date, as a scalar may be. */
function isFields(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}
