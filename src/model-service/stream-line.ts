import { z } from 'zod';

/**
 * One line of `application/x-ndjson`, our extension: a service that can report progress answers in lines, the last of
 * which is the result or an error. `status` is the HTTP status that a plain answer would have had.
 */
export const streamLineSchema = z.union([
  z.object({ progress: z.number().min(0).max(1), stage: z.string().optional() }),
  z.object({
    log: z.object({ level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() }),
  }),
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ status: z.int(), detail: z.unknown() }) }),
]);
export type StreamLine = z.output<typeof streamLineSchema>;
