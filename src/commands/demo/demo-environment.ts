import type { Environment } from '../../config/config.ts';
import type { DemoVideo } from './demo-video.ts';

/** Least time of a step of the baseline model: it is too fast to watch. */
const stepDelayMs = '120';

/** The environment as the demo wants it: what the user has set stands, but for the stack and the media folder. */
export function demoEnvironment(env: Environment, { mediaRoot }: DemoVideo): Environment {
  const withoutAccounts = Object.entries(env).filter(([name]) => !name.startsWith('AUTH_'));
  return {
    ...Object.fromEntries(withoutAccounts),
    // It is its own one client, wherever it runs.
    AUTH_MODE: 'none',
    ALLOW_INSECURE: '1',
    // It shows the embedded stack, and has no business in a database that others work with.
    REDIS_URL: undefined,
    DATABASE_URL: undefined,
    MEDIA_ROOT: mediaRoot ?? env['MEDIA_ROOT'],
    LOG_LEVEL: env['LOG_LEVEL'] || 'warn',
    MODEL_STEP_DELAY_MS: env['MODEL_STEP_DELAY_MS'] || stepDelayMs,
    SHUTDOWN_GRACE_MS: env['SHUTDOWN_GRACE_MS'] || '1000',
  };
}
