import { realpath } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Logger } from '../platform/logger.ts';

/** All that we know of the baseline model: the entry of its thread, its settings and its messages. */
const entry = '@fovea-jobs/baseline-model/thread';

interface Settings {
  host: string;
  /** 0 picks a free port. */
  port: number;
  /** Bearer token that callers must send; null: none is required. */
  token: string | null;
  /** Folder of the videos and their transcripts. */
  mediaRoot: string;
  /** Minimum time of a step. */
  stepDelayMs: number;
}

const messageSchema = z.union([
  z.object({ url: z.url() }),
  z.object({
    level: z.enum(['info', 'warn', 'error']),
    fields: z.unknown(),
    message: z.string().optional(),
  }),
]);

export interface BaselineModelOptions extends Settings {
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Heap of its thread; by default enough for the language model and the largest transcript. */
  maxHeapMb?: number;
}

export interface BaselineModel extends AsyncDisposable {
  url: string;
}

const defaultHeapMb = 512;
/** Pause before a restart, as the cause may persist. */
const restartPauseMs = 500;

/**
 * Starts the baseline model in a thread of its own. If the thread ends, for example out of memory, it is restarted on the
 * same port: the calls under way fail, but the process lives. Disposal closes open connections.
 */
export async function startBaselineModel(options: BaselineModelOptions): Promise<BaselineModel> {
  const given = { ...options, mediaRoot: await realpath(options.mediaRoot) };
  const { logger } = options;
  const closing = new AbortController();
  let thread: Thread | undefined = await startThread(given);
  const { url } = thread;

  async function keepRunning(): Promise<void> {
    while (thread) {
      const reason = await thread.ended;
      if (closing.signal.aborted) return;
      logger.error({ err: reason }, 'the baseline model ended and is restarted');
      thread = await restart();
    }
  }

  async function restart(): Promise<Thread | undefined> {
    while (!closing.signal.aborted) {
      try {
        await setTimeout(restartPauseMs, undefined, closing);
        const started = await startThread({ ...given, port: Number(new URL(url).port) });
        if (closing.signal.aborted) await started.terminate();
        return started;
      } catch (error) {
        if (!closing.signal.aborted)
          logger.error({ err: error }, 'the baseline model did not restart');
      }
    }
    return undefined;
  }

  const running = keepRunning();
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await thread?.terminate();
      await running;
    },
  };
}

interface Thread {
  url: string;
  /** Resolves with the reason once it has ended. */
  ended: Promise<unknown>;
  /** Ends it and its connections at once. */
  terminate: () => Promise<unknown>;
}

/** Resolves once it serves. Heavy work there does not block this thread. */
async function startThread(options: BaselineModelOptions): Promise<Thread> {
  const { logger, maxHeapMb = defaultHeapMb, ...settings } = options;
  const worker = new Worker(new URL(import.meta.resolve(entry)), {
    workerData: settings satisfies Settings,
    // Above it only the thread ends.
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    // It gets its settings, but no secrets of this process.
    env: {},
    execArgv: [],
  });
  const serving = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<unknown>();
  let fault: unknown;
  worker.on('message', (received: unknown) => {
    const message = messageSchema.parse(received);
    if ('url' in message) serving.resolve(message.url);
    else logger[message.level](message.fields, message.message);
  });
  worker.on('error', (error) => {
    fault = error;
  });
  worker.on('exit', (code) => {
    const reason = fault ?? new Error(`the thread of the baseline model ended with ${code}`);
    serving.reject(reason);
    ended.resolve(reason);
  });
  const url = await serving.promise;
  return { url, ended: ended.promise, terminate: () => worker.terminate() };
}
