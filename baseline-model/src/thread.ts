import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { ServeOptions } from './http/serve.ts';

// Entry of the service in a worker thread. `workerData` holds the settings; the thread posts `{ url }` once it serves, and
// `{ level, fields, message }` for each log line.

type ThreadSettings = Omit<ServeOptions, 'logger' | 'analyzer'>;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- that of a thread has no origin
const send = (message: object) => parentPort?.postMessage(message);
const log = (level: 'info' | 'warn' | 'error') => (fields: unknown, message?: string) =>
  send({ level, fields, message });

enableCompileCache();
const { serve } = await import('./http/serve.ts');
const { url } = await serve({
  ...(workerData as ThreadSettings),
  logger: { info: log('info'), warn: log('warn'), error: log('error') },
});
send({ url });
