import { expect, test } from 'vitest';
import { createModelService } from '../../../src/model-service/client.ts';
import { detect } from '../../../src/subjects/detection/wire.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import {
  frameFields,
  readWarnings,
  registerFormat,
  runDetection,
} from '../../environment/jobs/detections.ts';
import { useFoveaDetection } from './use-fovea-detection.ts';

expectNoLeaks();

const fovea = useFoveaDetection('external');

test('its frames are read page by page', async () => {
  const videoId = await registerFormat(fovea.app.graphql, 'harbour.mp4');
  const frames = { numbers: [90, 0, 10, 40, 20] };
  const { result } = await runDetection(fovea.app.graphql, { videoId, query: 'tug', frames });
  const pages = await fovea.app.graphql.request(
    `query ($id: ID!) { objectDetection(id: $id) {
      all: frames { ${frameFields} }
      first: frames(first: 2) { frameNumber } second: frames(first: 2, after: 10) { frameNumber }
      none: frames(first: 0) { frameNumber } last: frames(after: 40) { frameNumber }
      behind: frames(after: 90) { frameNumber }
    } }`,
    { id: result.id },
  );
  const { all, ...read } = pages['objectDetection'];
  expect(all).toEqual(result.frames);
  const toNumbers = (list: any[]) => list.map(({ frameNumber }) => frameNumber);
  expect(Object.values(read).map((list) => toNumbers(list as any[]))).toEqual([
    [0, 10],
    [20, 40],
    [],
    [90],
    [],
  ]);
  const { errors } = await fovea.app.graphql.send(
    `{ objectDetection(id: "${result.id}") { frames(first: 101) { frameNumber } } }`,
  );
  expect(errors).toMatchObject([{ message: '`first` must be from 0 to 100, not 101.' }]);
});

test('frames that cannot be read are listed, and the job warns of them', async () => {
  const videoId = await registerFormat(fovea.app.graphql, 'damaged.mp4');
  const numbers = Array.from({ length: 25 }, (_, index) => index * 2);
  const job = await runDetection(fovea.app.graphql, { videoId, query: 'tug', frames: { numbers } });
  expect(job).toMatchObject({
    state: 'COMPLETED',
    result: { frameCount: 23, unreadFrames: [0, 30], detectionCount: 23 },
  });
  expect(readWarnings(job)).toEqual(['The model service could not read 2 of 25 frames.']);
});

test.each([
  ['a file that is not there', 'nowhere.mp4', [0, 50, 99], 'frames 0 to 99'],
  ['damaged frames alone', 'damaged.mp4', [1], 'frame 1'],
])('%s ends the job at the first call', async (_what, path, numbers, which) => {
  const videoId = await registerFormat(fovea.app.graphql, path);
  const before = fovea.listCalls(videoId).length;
  const job = await runDetection(fovea.app.graphql, { videoId, query: 'tug', frames: { numbers } });
  expect(job).toMatchObject({
    state: 'FAILED',
    attempt: 1,
    result: null,
    error: {
      code: 'INVALID_INPUT',
      message: `The model service could not read ${which} of the video: the file is missing there, damaged, or too short.`,
    },
  });
  expect(fovea.listCalls(videoId).slice(before)).toHaveLength(1);
});

test('a box that the service refuses in its own answer is its failure, and the log says why', async () => {
  const videoId = await registerFormat(fovea.app.graphql, 'leaving.mp4');
  const job = await runDetection(fovea.app.graphql, {
    videoId,
    query: 'tug',
    frames: { numbers: [0] },
  });
  const error = { code: 'MODEL_UNAVAILABLE', message: 'The model service failed (500).' };
  expect(job).toMatchObject({ state: 'FAILED', attempt: 2, error });

  await using client = createModelService({ url: fovea.service.url });
  const { signal } = new AbortController();
  const request = { video_id: videoId, video_path: '/videos/leaving.mp4', query: 'tug' };
  const call = client.bind({ detect }).detect({ ...request, frame_numbers: [0] }, { signal });
  const detail = expect.stringContaining('validation error for BoundingBox');
  await expect(call).rejects.toMatchObject({ forLog: { status: 500, detail } });
});

test('detections of a video are there, the newest first, and whoever polls reads one', async () => {
  const videoId = await registerFormat(fovea.app.graphql, 'list-of-detections.mp4');
  const known = await registerFormat(fovea.app.graphql, 'harbour.mp4');
  const frames = { numbers: [0] };
  const ids: string[] = [];
  let jobId = '';
  for (const query of ['bird', 'tug']) {
    const { id, result } = await runDetection(fovea.app.graphql, { videoId: known, query, frames });
    ids.unshift(result.id);
    jobId = id;
  }
  const { video, other } = await fovea.app.graphql.request(
    `query ($id: ID!, $other: ID!) {
      video(id: $id) { detections { id query frames(first: 1) { detections { label } } } }
      other: video(id: $other) { detections { id } }
    }`,
    { id: known, other: videoId },
  );
  expect(video.detections.slice(0, 2)).toEqual(
    ['tug', 'bird'].map((label, index) => ({
      id: ids[index],
      query: label,
      frames: [{ detections: [{ label }] }],
    })),
  );
  expect(other.detections).toEqual([]);
  const polled = await (await fetch(`${fovea.app.url}/api/jobs/${jobId}`)).json();
  expect(polled).toMatchObject({
    state: 'completed',
    result: { id: ids[0], query: 'tug', width: 320, frameCount: 1, detectionCount: 1 },
  });
});
