import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { ServeOptions } from './http/serve.ts';

// The entry for a program that wants the service in a thread of its own: `workerData` is its settings, and it is sent
// `{ url }` once the service answers there, and `{ level, fields, message }` for each line of the log.

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
