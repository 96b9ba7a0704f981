import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Work } from '../work.ts';
import { checkCaller, type Access } from './check-caller.ts';
import { HttpError } from './http-error.ts';
import { createReply, type Reply } from './reply.ts';
import type { Route } from './route.ts';

export interface HandlerOptions {
  access: Access;
  routes: readonly Route[];
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Minimum time of a step, so that a demonstration shows progress. */
  stepDelayMs: number;
}

/** Answers one request; never rejects. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: HandlerOptions,
): Promise<void> {
  const { logger, stepDelayMs } = options;
  const reply = createReply(request, response);
  const abort = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) abort.abort(new Error('the client went away'));
  });
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const startedAt = performance.now();
  try {
    checkCaller(request, options.access);
    const route = findRoute(options.routes, request.method ?? 'GET', path);
    reply.sendResult(await route.answer(request, createWork(reply, abort.signal, stepDelayMs)));
    logger.info(
      { path: route.path, durationMs: Math.round(performance.now() - startedAt) },
      'request answered',
    );
  } catch (error) {
    if (abort.signal.aborted || (request.destroyed && !request.complete)) {
      logger.info(
        { durationMs: Math.round(performance.now() - startedAt) },
        'request abandoned by its client',
      );
    } else {
      reply.sendFailure(toHttpError(error, logger));
    }
  }
}

function findRoute(routes: readonly Route[], method: string, path: string): Route {
  const atPath = routes.filter((route) => route.path === path);
  if (atPath.length === 0) throw new HttpError(404, 'Not Found');
  const route = atPath.find((candidate) => candidate.method === method);
  if (!route) throw new HttpError(405, 'Method Not Allowed');
  return route;
}

function createWork(reply: Reply, signal: AbortSignal, stepDelayMs: number): Work {
  return {
    signal,
    step: async (progress, stage) => {
      signal.throwIfAborted();
      reply.sendLine({ progress: Math.min(1, Math.max(0, Number(progress.toFixed(3)))), stage });
      await (stepDelayMs > 0
        ? setTimeout(stepDelayMs, undefined, { signal })
        : setImmediate(undefined, { signal }));
    },
    log: (level, message) => reply.sendLine({ log: { level, message } }),
  };
}

function toHttpError(error: unknown, logger: HandlerOptions['logger']): HttpError {
  if (error instanceof HttpError) return error;
  logger.error({ err: error }, 'request failed');
  // FOVEA's service sends the text of the exception here, which leaks paths.
  return new HttpError(500, 'Internal server error');
}
