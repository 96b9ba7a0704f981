import { followJob, startJob } from './jobs.ts';
import type { GraphQLClient } from '../clients/graphql-client.ts';

interface VideoFormat {
  width?: number;
  height?: number;
  durationSeconds?: number;
  frameRate?: number;
}

/** Four seconds of 25 frames each. */
const knownFormat = { width: 320, height: 180, durationSeconds: 4, frameRate: 25 };

/** Registers a video that only the model service can read; returns its id. */
export async function registerFormat(
  graphql: GraphQLClient,
  path: string,
  format: VideoFormat = knownFormat,
): Promise<string> {
  const { registerVideo } = await graphql.request(
    `mutation ($input: RegisterVideoInput!) {
      registerVideo(input: $input) { ... on RegisterVideoPayload { video { id } } }
    }`,
    { input: { title: path, path, ...format } },
  );
  return registerVideo.video.id;
}

/** All fields of a detection but its frames. */
const detectionFields = `id query width height frameCount unreadFrames detectionCount modelUsed
  counts { label count } video { id }`;

export const frameFields = `frameNumber timestamp detections {
  index label confidence box { x y width height } pixelBox { x y width height } }`;

/** Runs a detection to its end; returns the job, with its result if it has one, and the first 25 frames of that. */
export async function runDetection(
  graphql: GraphQLClient,
  input: object,
): Promise<Record<string, any>> {
  const { id } = await startJob(graphql, 'detectObjects', input);
  const final = (await followJob(graphql, 'sse', id)).at(-1)!;
  const { job } = await graphql.request(
    `query ($id: ID!) { job(id: $id) { ... on ObjectDetectionJob {
      input { videoId query confidenceThreshold frames { numbers range { from to every } } }
      result { ${detectionFields} frames(first: 25) { ${frameFields} } }
    } } }`,
    { id },
  );
  return { ...final, ...job };
}

/** What a job's log warns of. */
export function readWarnings(job: Record<string, any>): string[] {
  const lines = job['logs'] as { level: string; message: string }[];
  return lines.flatMap(({ level, message }) => (level === 'WARN' ? [message] : []));
}
