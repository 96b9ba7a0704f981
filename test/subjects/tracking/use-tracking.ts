import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { PixelBox } from '../../../src/subjects/tracking/run-length.ts';
import type { SharedApp } from '../../environment/app/use-test-app.ts';
import type { GraphQLClient } from '../../environment/clients/graphql-client.ts';
import { followJob, startJob } from '../../environment/jobs/jobs.ts';
import { createTrackRoute } from '../../environment/model-service/fovea/track.ts';
import type {
  SimulatedVideo,
  TrackingService,
} from '../../environment/model-service/fovea/track.ts';
import type { FakeHandler } from '../../environment/model-service/send-answer.ts';

export const trackPath = '/api/tracking/track';

const size = { width: 320, height: 180 };

/** Moves right by a third of a pixel a frame, and is not in the picture in the frames of these gaps. */
export function moveRight(y: number, gaps: readonly [number, number][] = []) {
  return (frame: number): PixelBox | undefined =>
    gaps.some(([from, to]) => frame >= from && frame <= to)
      ? undefined
      : { x: 10 + Math.floor(frame / 3), y, width: 30, height: 20 };
}

/** Ten seconds at 50 frames a second, which are three chunks. */
export const harbour: SimulatedVideo = {
  ...size,
  frameRate: 50,
  frames: 500,
  objects: [moveRight(20), moveRight(120, [[190, 204]])],
};

/** Where the objects of a video are in a frame, as an input has them. */
export function objectsOf(video: SimulatedVideo, frame = 0) {
  return video.objects.map((place, index) => ({
    label: `object ${index}`,
    box: toShares(place(frame)!, video),
  }));
}

export function toShares({ x, y, width, height }: PixelBox, video: SimulatedVideo) {
  return {
    x: x / video.width,
    y: y / video.height,
    width: width / video.width,
    height: height / video.height,
  };
}

/** Answers as FOVEA's service does that has this video. */
export function answerAs(
  video: SimulatedVideo,
  options: Omit<TrackingService, 'videos'> = {},
): FakeHandler {
  return ({ body }) => {
    const { video_id } = body as { video_id: string };
    const reply = createTrackRoute({ videos: { [video_id]: video }, ...options })(body);
    return { status: reply.status, json: reply.body };
  };
}

/** Registers a video with its format, of a file that this server cannot read. Returns its id. */
export async function registerSimulated(
  graphql: GraphQLClient,
  { width, height, frameRate, frames }: SimulatedVideo,
  given: { id?: string; path?: string } = {},
): Promise<string> {
  const path = `tracked-${randomUUID()}.mp4`;
  const durationSeconds = frames / frameRate;
  const format = { width, height, frameRate, durationSeconds };
  const { registerVideo } = await graphql.request(
    `mutation ($input: RegisterVideoInput!) { registerVideo(input: $input) {
      ... on RegisterVideoPayload { video { id } } ... on Error { message } } }`,
    { input: { title: 'Tracked', path, ...format, ...given } },
  );
  return registerVideo.video.id;
}

const boxFields = 'box { x y width height } pixelBox { x y width height }';
export const frameFields = `frameNumber timestamp confidence occluded ${boxFields}`;
const trackFields = `index label confidence frameCount firstFrame lastFrame keyframeCount maxError
  keyframes { frameNumber timestamp box { x y width height } confidence occluded }
  visibility { startFrame endFrame visible }`;
export const trackingFields = `id width height frameRate firstFrame every framesProcessed
  tracks { ${trackFields} }`;

/** Runs a job to its end, and returns its last version. */
export async function runTracking(
  { graphql }: SharedApp['app'],
  input: object,
): Promise<Record<string, any>> {
  const { id } = await startJob(graphql, 'trackObjects', input);
  return (await followJob(graphql, 'sse', id)).at(-1)!;
}

/** The result of a job that must have completed. */
export async function readTracking(
  { graphql }: SharedApp['app'],
  job: Record<string, any>,
  fields = trackingFields,
): Promise<Record<string, any>> {
  expect(job).toMatchObject({ state: 'COMPLETED', error: null });
  const data = await graphql.request(
    `query ($id: ID!) { job(id: $id) { ... on ObjectTrackingJob { result { ${fields} } } } }`,
    { id: job['id'] },
  );
  return data['job'].result;
}

/** All frames of a track, page by page. */
export async function readFrames(
  { graphql }: SharedApp['app'],
  id: string,
  index: number,
  pageSize = 500,
): Promise<Record<string, any>[]> {
  const frames: Record<string, any>[] = [];
  for (let after = -1; ; after = frames.at(-1)!['frameNumber']) {
    const { objectTracking } = await graphql.request(
      `query ($id: ID!, $index: Int!, $first: Int, $after: Int) { objectTracking(id: $id) {
        track(index: $index) { frames(first: $first, after: $after) { ${frameFields} } } } }`,
      { id, index, first: pageSize, after },
    );
    frames.push(...objectTracking.track.frames);
    if (objectTracking.track.frames.length < pageSize) return frames;
  }
}

/** The fields of a request of the model service that tests look at. */
export interface AskedTracking {
  video_id: string;
  object_ids: number[];
  frame_numbers: number[];
}

/** The requests since some number of calls. */
export const listAsked = ({ calls }: SharedApp['model'], before: number): AskedTracking[] =>
  calls.slice(before).map(({ body }) => body as AskedTracking);

export const spanOf = ({ frame_numbers }: AskedTracking) => [
  frame_numbers[0],
  frame_numbers.at(-1),
];

/** Starts a tracking, or gives why it is refused. */
export async function sendTracking(graphql: GraphQLClient, input: object) {
  const data = await graphql.request(
    `mutation ($input: TrackObjectsInput!) { trackObjects(input: $input) {
        __typename ... on Error { message } ... on ValidationError { issues { path message } } } }`,
    { input },
  );
  return data['trackObjects'];
}
