import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { Work } from '../work.ts';
import { readRequest } from './request-body.ts';

const defaultBodyBytes = 10 * 1024 * 1024;

/** One endpoint: `answer` reads the request and returns the value that is sent as JSON. */
export interface Route {
  method: 'GET' | 'POST';
  path: string;
  answer: (message: IncomingMessage, work: Work) => Promise<object>;
}

/** A route that needs no body and no work. */
export function getRoute(path: string, answer: () => object): Route {
  return { method: 'GET', path, answer: async () => answer() };
}

/** A route whose body is parsed by the schema of the contract before any work. */
export function postRoute<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  run: (request: z.output<Schema>, work: Work) => Promise<object>,
  maxBodyBytes = defaultBodyBytes,
): Route {
  return {
    method: 'POST',
    path,
    answer: async (message, work) => run(await readRequest(message, schema, maxBodyBytes), work),
  };
}
