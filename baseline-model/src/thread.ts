import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadMessage, ThreadSettings } from '../../src/stack/baseline-thread.ts';

// The entry of the thread that start-thread.ts starts.

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- that of a thread has no origin
const send = (message: ThreadMessage) => parentPort?.postMessage(message);
const log = (level: 'info' | 'warn' | 'error') => (fields: unknown, message?: string) =>
  send({ level, fields, message });

enableCompileCache();
const { serve } = await import('./http/serve.ts');
const { url } = await serve({
  ...(workerData as ThreadSettings),
  logger: { info: log('info'), warn: log('warn'), error: log('error') },
});
send({ url });
