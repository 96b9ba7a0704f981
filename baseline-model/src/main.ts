import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';

// The service as a process, configured by the same variables as in fovea-jobs.

const samples = join(import.meta.dirname, '../../samples');
const whole = z.string().regex(/^\d+$/u, 'must be a whole number').transform(Number);

const settingsSchema = z.object({
  PATH: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: whole.pipe(z.int().max(65_535)).default(8000),
  MEDIA_ROOT: z.string().default(samples),
  MODEL_SERVICE_TOKEN: z.string().optional(),
  MODEL_STEP_DELAY_MS: whole.default(0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

enableCompileCache();
// Compose passes unset variables as empty strings.
const given = Object.entries(process.env).filter(([, value]) => value !== '');
const settings = settingsSchema.safeParse(Object.fromEntries(given));
if (settings.success) await start(settings.data);
else {
  console.error(z.prettifyError(settings.error));
  process.exitCode = 1;
}

async function start(values: z.output<typeof settingsSchema>): Promise<void> {
  const { serve } = await import('./http/serve.ts');
  const service = await serve({
    host: values.HOST,
    port: values.PORT,
    mediaRoot: values.MEDIA_ROOT,
    programPath: values.PATH,
    token: values.MODEL_SERVICE_TOKEN ?? null,
    stepDelayMs: values.MODEL_STEP_DELAY_MS,
    logger: pino({ level: values.LOG_LEVEL }),
  });
  console.log(`baseline model at ${service.url}`);
  const stop = () => void service[Symbol.asyncDispose]();
  process.once('SIGINT', stop).once('SIGTERM', stop);
}
