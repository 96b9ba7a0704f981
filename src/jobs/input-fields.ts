import { z } from 'zod';
import { isStorable } from '../platform/text.ts';

/** Characters of an id at most. Our ids are UUIDs; those of videos may come from elsewhere. */
const maxIdLength = 128;

/** Text from a client: not empty, bounded, and only characters that Postgres can store. */
export function text(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1, 'Must not be empty.')
    .max(maxLength, `Must have at most ${maxLength} characters.`)
    .refine(isStorable, 'Must be well-formed text without NUL characters.');
}

/** A reference to a stored object. With `graphql: 'ID'` it has that type in the API. */
export function id(description: string) {
  return text(maxIdLength).meta({ graphql: 'ID', description });
}

/** A reference to an object whose id we made: a UUID, which is also accepted in upper case. */
export function ownId(description: string) {
  return text(maxIdLength).toLowerCase().meta({ graphql: 'ID', description });
}

export function wholeNumber(description: string, min: number, max: number) {
  const message = `Must be a whole number from ${min} to ${max}.`;
  return z.int(message).min(min, message).max(max, message).meta({ description });
}

/** A number from 0 to 1. */
export function share(description: string) {
  const message = 'Must be a number from 0 to 1.';
  return z.number(message).min(0, message).max(1, message).meta({ description });
}

/** One of the values of the API's enum `name`, each with its description. */
export function choice<const Values extends Record<string, string>>(name: string, values: Values) {
  const names = Object.keys(values) as [keyof Values & string, ...(keyof Values & string)[]];
  return z.enum(names).meta({ graphql: name, values });
}

export const modelId = text(maxIdLength).nullish().meta({
  description:
    'The model to use. A model service that offers no choice rejects it or ignores it; if it ignores it, the job’s log says so.',
});

/**
 * Fields that belong together: `input <name>Input` and, among a job's parameters, `type <name>` of the API. Wherever a name
 * is used, its fields are the same.
 */
export function group<Schema extends z.ZodObject>(
  name: string,
  description: string,
  schema: Schema,
): Schema {
  return schema.meta({ graphql: name, groupDescription: description });
}
