import type { Environment } from '../../config/config.ts';
import { parseDemoArguments } from './demo-arguments.ts';
import type { DemoArguments } from './demo-arguments.ts';
import { demoEnvironment } from './demo-environment.ts';
import { getDemoVideo } from './demo-video.ts';
import type { DemoVideo } from './demo-video.ts';

export interface PreparedDemo extends Pick<DemoArguments, 'persona' | 'keep'> {
  video: DemoVideo;
  /** For readConfig. */
  env: Environment;
}

/** What can be found out before anything is opened; throws DemoError when the user must put something right first. */
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
