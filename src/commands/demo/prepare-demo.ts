import type { Environment } from '../../config/environment/environment.ts';
import { parseDemoArguments } from './arguments.ts';
import type { DemoArguments } from './arguments.ts';
import { getDemoVideo } from './video.ts';
import type { DemoVideo } from './video.ts';

/** Least time of a step of the baseline model: it is too fast to watch. */
const stepDelayMs = '120';

export interface PreparedDemo extends Pick<DemoArguments, 'persona' | 'keep'> {
  video: DemoVideo;
  /** For readConfig. */
  env: Environment;
}

/** What can be found out before anything is opened; throws StartupError when the user must put something right first. */
export async function prepareDemo(
  args: readonly string[],
  env: Environment,
): Promise<PreparedDemo> {
  const { videoPath, ...rest } = parseDemoArguments(args);
  const video = await getDemoVideo(videoPath, {
    // npm changes to the project's folder, and says here where the user is.
    from: env['INIT_CWD'] || process.cwd(),
    needsTranscript: !env['MODEL_SERVICE_URL'],
  });
  return { ...rest, video, env: demoEnvironment(env, video) };
}

/** The environment as the demo wants it: what the user has set stands, but for the stack and the media folder. */
function demoEnvironment(env: Environment, { mediaRoot }: DemoVideo): Environment {
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
