import type { z } from 'zod';

/** An endpoint of the fake model service: what it accepts, and what it says to a good request. */
export interface FakeEndpoint {
  path: `/${string}`;
  schema: z.ZodType;
  answer: (body: unknown) => object;
}

/** Answers requests to one of a job's endpoints. */
export function fakeEndpoint<Request extends z.ZodType>(
  { path, request }: { path: string; request: Request },
  answer: (request: z.output<Request>) => object,
): FakeEndpoint {
  return { path: `/${path}`, schema: request, answer: (body) => answer(request.parse(body)) };
}
