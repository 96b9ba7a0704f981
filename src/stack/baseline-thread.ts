import { Worker } from 'node:worker_threads';
import type { ServeOptions } from '../../baseline-model/src/http/serve.ts';

export type ThreadSettings = Omit<ServeOptions, 'logger' | 'analyzer'>;

/** What the thread tells: first where it serves, then what it logs. */
export type ThreadMessage =
  | { url: string }
  | { level: 'info' | 'warn' | 'error'; fields: unknown; message: string | undefined };

export interface Thread {
  url: string;
  /** Resolves with what ended it. */
  ended: Promise<unknown>;
  /** Ends it in the middle of whatever it does; its connections with it. */
  terminate: () => Promise<unknown>;
}

export interface ThreadOptions {
  settings: ThreadSettings;
  logger: ServeOptions['logger'];
  /** Above it the thread ends, and nothing else. */
  maxHeapMb: number;
}

/** Starts a thread with a server of its own, so that hard work of the one holds up nothing of the other. */
export async function startThread({ settings, logger, maxHeapMb }: ThreadOptions): Promise<Thread> {
  const worker = new Worker(new URL('../../baseline-model/src/thread.ts', import.meta.url), {
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    // It is told all that it needs to know, and no secrets beside.
    env: {},
    execArgv: [],
  });
  const serving = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<unknown>();
  let fault: unknown;
  worker.on('message', (message: ThreadMessage) => {
    if ('url' in message) serving.resolve(message.url);
    else logger[message.level](message.fields, message.message);
  });
  worker.on('error', (error) => {
    fault = error;
  });
  worker.on('exit', (code) => {
    const reason = fault ?? new Error(`the thread of the model service ended with ${code}`);
    serving.reject(reason);
    ended.resolve(reason);
  });
  const url = await serving.promise;
  return { url, ended: ended.promise, terminate: () => worker.terminate() };
}
