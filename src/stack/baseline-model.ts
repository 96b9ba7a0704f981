import { realpath } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { ServeOptions, Served } from '../../baseline-model/src/http/serve.ts';
import { startThread, type Thread } from './baseline-thread.ts';

export interface BuiltInModelServiceOptions extends Omit<ServeOptions, 'analyzer'> {
  /** Of its thread; for the language model and the largest transcript unless given. */
  maxHeapMb?: number;
}

const defaultHeapMb = 512;
/** What ended it may end it again. */
const restartPauseMs = 500;

/**
 * Serves FOVEA's model contract in a thread of its own, which is started again at the same port should it end, as by input
 * that takes all its memory: that ends the calls under way, and not the process. Disposal ends open connections.
 */
export async function startBuiltInModelService(
  options: BuiltInModelServiceOptions,
): Promise<Served> {
  const { logger, maxHeapMb = defaultHeapMb, ...given } = options;
  const settings = { ...given, mediaRoot: await realpath(options.mediaRoot) };
  const start = (port: number) =>
    startThread({ settings: { ...settings, port }, logger, maxHeapMb });
  const closing = new AbortController();
  let thread: Thread | undefined = await start(options.port);
  const { url } = thread;

  async function keepRunning(): Promise<void> {
    while (thread) {
      const reason = await thread.ended;
      if (closing.signal.aborted) return;
      logger.error({ err: reason }, 'the built-in model service ended and is started again');
      thread = await restart();
    }
  }

  async function restart(): Promise<Thread | undefined> {
    while (!closing.signal.aborted) {
      try {
        await setTimeout(restartPauseMs, undefined, closing);
        const started = await start(Number(new URL(url).port));
        if (closing.signal.aborted) await started.terminate();
        return started;
      } catch (error) {
        if (!closing.signal.aborted)
          logger.error({ err: error }, 'the built-in model service did not start again');
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
