import { realpath } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Logger } from '../platform/logger.ts';

/** All that is known here of the baseline model: where its thread begins, and what that thread is told and tells. */
const entry = '@fovea-jobs/baseline-model/thread';

interface Settings {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Of a bearer; whoever does not show it is refused. Null: nobody has to. */
  token: string | null;
  /** The folder below which videos and their transcripts are read. */
  mediaRoot: string;
  /** The least time that one step of its work takes. */
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
  /** Of its thread; for the language model and the largest transcript unless given. */
  maxHeapMb?: number;
}

export interface BaselineModel extends AsyncDisposable {
  url: string;
}

const defaultHeapMb = 512;
/** What ended it may end it again. */
const restartPauseMs = 500;

/**
 * Starts the baseline model in a thread of its own. Should it end, as by input that takes all its memory, it is started again
 * at the same port: that ends the calls under way, and not the process. Disposal ends open connections.
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
      logger.error({ err: reason }, 'the baseline model ended and is started again');
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
          logger.error({ err: error }, 'the baseline model did not start again');
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
  /** Resolves with what ended it. */
  ended: Promise<unknown>;
  /** Ends it in the middle of whatever it does; its connections with it. */
  terminate: () => Promise<unknown>;
}

/** Resolves once it serves; hard work there holds up nothing here. */
async function startThread(options: BaselineModelOptions): Promise<Thread> {
  const { logger, maxHeapMb = defaultHeapMb, ...settings } = options;
  const worker = new Worker(new URL(import.meta.resolve(entry)), {
    workerData: settings satisfies Settings,
    // Above it the thread ends, and nothing else.
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    // It is told all that it needs to know, and no secrets beside.
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
