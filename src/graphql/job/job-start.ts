import type { z } from 'zod';
import type { OwnedReaders } from '../../db/owned-reader.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { NewJob } from '../../jobs/rows/insert.ts';
import type { GraphQLContext } from '../context.ts';
import type { defineInput } from './job-input.ts';
import type { JobOptions } from './job-options.ts';

type Input = Record<string, unknown>;

/** What one mutation starts, so that a batch can start it as well. */
export interface JobStart {
  mutation: string;
  inputRef: ReturnType<typeof defineInput>;
  /** Parses its input, which the functions below get. */
  schema: z.ZodObject;
  /** The jobs to store, in their order; those of a pipeline know each other. */
  plan: (input: Input, options: JobOptions, context: GraphQLContext) => NewJob[];
  /** Throws NotFoundError or ValidationError if the viewer may not see what the input refers to; paths begin with `input`. */
  check: (readers: OwnedReaders, viewer: Viewer, input: Input) => Promise<void>;
}
