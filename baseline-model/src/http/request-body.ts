import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { HttpError, type ValidationIssue } from './http-error.ts';

/** A longer input is not repeated in a validation error. */
const maxEchoedChars = 200;
const maxIssues = 100;

/** Reads a JSON body and parses it with the contract's schema; throws HttpError 413, 415 or 422. */
export async function readRequest<Schema extends z.ZodType>(
  message: IncomingMessage,
  schema: Schema,
  maxBodyBytes: number,
): Promise<z.output<Schema>> {
  // Web pages can send other types to any address without a preflight.
  const [mediaType = ''] = (message.headers['content-type'] ?? '').split(';');
  if (mediaType.trim().toLowerCase() !== 'application/json')
    throw new HttpError(415, 'The body must be application/json');
  const body = parseJson(await readBody(message, maxBodyBytes));
  const parsed = parse(schema, body);
  if (parsed.success) return parsed.data;
  throw new HttpError(422, parsed.error.issues.flatMap(toValidationIssues).slice(0, maxIssues));
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown) {
  try {
    return schema.safeParse(body, { reportInput: true });
  } catch (error) {
    // Claims nest to any depth and can overflow the stack.
    if (!(error instanceof RangeError)) throw error;
    throw new HttpError(422, 'The body is nested too deeply');
  }
}

async function readBody(message: IncomingMessage, maxBodyBytes: number): Promise<string> {
  const tooLarge = `Request body is larger than ${maxBodyBytes} bytes`;
  const declared = Number(message.headers['content-length'] ?? 0);
  if (declared > maxBodyBytes) throw new HttpError(413, tooLarge);
  const chunks: Buffer[] = [];
  let size = 0;
  // Destroying the request would destroy the connection before the answer is sent.
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new HttpError(413, tooLarge);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  if (text.trim() === '') {
    throw new HttpError(422, [{ type: 'missing', loc: ['body'], msg: 'Field required' }]);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(422, [{ type: 'json_invalid', loc: ['body'], msg: 'JSON decode error' }]);
  }
}

function toValidationIssues(issue: z.core.$ZodIssue): ValidationIssue[] {
  if (issue.code !== 'unrecognized_keys') return [toValidationIssue(issue)];
  const msg = 'Extra inputs are not permitted';
  return issue.keys.map((key) => ({ type: 'extra_forbidden', loc: ['body', key], msg }));
}

function toValidationIssue(issue: z.core.$ZodIssue): ValidationIssue {
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  const echoed = echoable(issue.input);
  return {
    type: isMissing ? 'missing' : issue.code,
    loc: ['body', ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))],
    msg: isMissing ? 'Field required' : issue.message,
    ...(echoed === undefined ? {} : { input: echoed }),
  };
}

function echoable(input: unknown): unknown {
  if (input === null || typeof input === 'number' || typeof input === 'boolean') return input;
  if (typeof input === 'string' && input.length <= maxEchoedChars) return input;
  return undefined;
}
