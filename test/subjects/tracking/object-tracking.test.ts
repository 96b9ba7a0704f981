import { describe, expect, test } from 'vitest';
import { stackKinds } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { eventually } from '../../environment/eventually.ts';
import { followJob, readJob, startJob } from '../../environment/jobs/jobs.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import type { FakeHandler } from '../../environment/model-service/send-answer.ts';
import {
  answerAs,
  harbour,
  objectsOf,
  readFrames,
  readTracking,
  registerSimulated,
  runTracking,
  trackPath,
} from './use-tracking.ts';

expectNoLeaks();

/** The fields of a request of the model service that these tests look at. */
interface Asked {
  video_id: string;
  object_ids: number[];
  frame_numbers: number[];
}

describe.each(stackKinds)('on the %s stack', (kind) => {
  const { app, model } = useTestApp(kind, { env: { OBJECT_TRACKING_BACKOFF_MS: '10' } });

  /** The requests since some number of calls. */
  const listAsked = (calls: number) => model.calls.slice(calls).map(({ body }) => body as Asked);
  const spanOf = ({ frame_numbers }: Asked) => [frame_numbers[0], frame_numbers.at(-1)];

  test('objects are followed through a video, over the chunks that it is asked in', async () => {
    model.answer(trackPath, answerAs(harbour));
    const videoId = await registerSimulated(app.graphql, harbour);
    const calls = model.calls.length;
    const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
    const asked = listAsked(calls);
    expect(asked.map(spanOf)).toEqual([
      [0, 199],
      [199, 398],
      [398, 499],
    ]);
    expect(Object.keys(model.calls[calls]!.body as object).toSorted()).toEqual([
      'frame_numbers',
      'initial_masks',
      'object_ids',
      'video_id',
    ]);

    const result = await readTracking(app, job);
    expect(result).toMatchObject({
      width: 320,
      height: 180,
      frameRate: 50,
      firstFrame: 0,
      every: 1,
      framesProcessed: 500,
      tracks: [
        {
          index: 0,
          label: 'object 0',
          frameCount: 500,
          firstFrame: 0,
          lastFrame: 499,
          visibility: [{ startFrame: 0, endFrame: 499, visible: true }],
        },
        {
          index: 1,
          label: 'object 1',
          frameCount: 485,
          visibility: [
            { startFrame: 0, endFrame: 189, visible: true },
            { startFrame: 190, endFrame: 204, visible: false },
            { startFrame: 205, endFrame: 499, visible: true },
          ],
        },
      ],
    });
    for (const [index, place] of harbour.objects.entries()) {
      const frames = await readFrames(app, result['id'], index, 170);
      expect(frames.map(({ frameNumber }) => frameNumber)).toEqual(
        Array.from({ length: 500 }, (_, frame) => frame),
      );
      expect(frames.map(({ pixelBox }) => pixelBox ?? undefined)).toEqual(
        frames.map(({ frameNumber }) => place(frameNumber)),
      );
    }
  });

  test('a range and a step are what is tracked', async () => {
    model.answer(trackPath, answerAs(harbour));
    const videoId = await registerSimulated(app.graphql, harbour);
    const range = { startSeconds: 2, endSeconds: 4, every: 3 };
    const objects = objectsOf(harbour, 100);
    const calls = model.calls.length;
    const job = await runTracking(app, { videoId, objects, ...range });
    expect(listAsked(calls).map(spanOf)).toEqual([[100, 199]]);
    const fields = 'firstFrame every framesProcessed tracks { lastFrame }';
    expect(await readTracking(app, job, fields)).toEqual({
      firstFrame: 100,
      every: 3,
      framesProcessed: 34,
      tracks: [{ lastFrame: 199 }, { lastFrame: 187 }],
    });
  });

  test('an attempt that fails in the second chunk is followed by one that begins with it', async () => {
    const answer = answerAs(harbour);
    const videoId = await registerSimulated(app.graphql, harbour);
    const whole = await runTracking(app, { videoId, objects: objectsOf(harbour) });
    let failures = 0;
    model.answer(trackPath, (call) => {
      const isSecond = (call.body as Asked).frame_numbers[0] === 199;
      if (!isSecond || failures === 2) return answer(call);
      failures += 1;
      return failures === 1 ? 'refuse' : { status: 500, json: { detail: 'CUDA out of memory' } };
    });
    const calls = model.calls.length;
    const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
    const starts = listAsked(calls).map(({ frame_numbers }) => frame_numbers[0]);
    expect(starts).toEqual([0, 199, 199, 199, 398]);
    expect(job).toMatchObject({ state: 'COMPLETED', attempt: 3 });
    expect(job['logs'].map(({ message }: { message: string }) => message)).toContain(
      'Goes on after frame 199.',
    );
    const [first, second] = [await readTracking(app, whole), await readTracking(app, job)];
    expect({ ...second, id: '' }).toEqual({ ...first, id: '' });
  });

  test('a job that is canceled in a chunk asks for no other, and goes on there when it is retried', async () => {
    const gate = createGate();
    const answer = answerAs(harbour);
    const hold: FakeHandler = async (call) => {
      if ((call.body as Asked).frame_numbers[0] === 199) await gate.wait(call.signal);
      return answer(call);
    };
    model.answer(trackPath, hold);
    const videoId = await registerSimulated(app.graphql, harbour);
    const calls = model.calls.length;
    const { id } = await startJob(app.graphql, 'trackObjects', {
      videoId,
      objects: objectsOf(harbour),
    });
    await gate.reached();
    expect((await readJob(app.graphql, id))['stage']).toMatch(/^Tracking in frames/);
    await app.graphql.request(
      'mutation ($id: ID!) { cancelJob(id: $id) { ... on CancelJobPayload { outcome } } }',
      { id },
    );
    expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({ state: 'CANCELED' });
    await eventually(() => expect(model.calls.at(-1)?.aborted).toBe(true));
    expect(listAsked(calls)).toHaveLength(2);

    model.answer(trackPath, answer);
    await app.graphql.request(
      'mutation ($id: ID!) { retryJob(id: $id) { ... on RetryJobPayload { job { state } } } }',
      { id },
    );
    expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({ state: 'COMPLETED' });
    expect(listAsked(calls).map(spanOf)).toEqual([
      [0, 199],
      [199, 398],
      [199, 398],
      [398, 499],
    ]);
  });

  test('a video that ends earlier than it was registered is tracked to its end', async () => {
    model.answer(trackPath, answerAs({ ...harbour, frames: 350 }));
    const videoId = await registerSimulated(app.graphql, harbour);
    const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
    expect(await readTracking(app, job, 'framesProcessed')).toEqual({ framesProcessed: 350 });
    expect(job['logs']).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        message: 'The video ended after frame 349, 150 frames early.',
      }),
    );
  });

  test('a frame rate that the model service does not see is warned of', async () => {
    model.answer(trackPath, answerAs({ ...harbour, frameRate: 25 }));
    const videoId = await registerSimulated(app.graphql, harbour);
    const job = await runTracking(app, { videoId, objects: objectsOf(harbour), endSeconds: 1 });
    expect(job).toMatchObject({ state: 'COMPLETED' });
    expect(job['logs'].map(({ message }: { message: string }) => message)).toEqual([
      'The model service has frame 50 at 2.00 s. With 50 frames a second, as the video is registered, it is at 1.00 s.',
    ]);
  });

  test.each([
    [
      'a video of another size',
      answerAs({ ...harbour, width: 640, height: 360 }),
      ['INVALID_INPUT', 'The video has 640 × 360 pixels, which is not what it is registered with.'],
    ],
    [
      'a video that is turned',
      answerAs({ ...harbour, width: 180, height: 320 }),
      ['INVALID_INPUT', 'The video has 180 × 320 pixels, but is registered with 320 × 180.'],
    ],
    [
      'a video that is not there',
      () => ({ status: 404, json: { detail: 'Video not found: tracked' } }),
      ['INVALID_INPUT', expect.stringContaining('Video not found')],
    ],
    [
      'a model that refuses',
      () => ({ status: 400, json: { detail: 'Tracking failed: no objects' } }),
      ['MODEL_REJECTED', expect.stringContaining('Tracking failed')],
    ],
    [
      'no frame at all',
      () => ({ status: 400, json: { detail: 'No valid frames to process' } }),
      ['MODEL_REJECTED', expect.stringContaining('No valid frames to process')],
    ],
  ] satisfies [string, FakeHandler, unknown[]][])(
    '%s fails without a second attempt',
    async (_what, answer, [code, message]) => {
      model.answer(trackPath, answer);
      const videoId = await registerSimulated(app.graphql, harbour);
      const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
      expect(job).toMatchObject({ state: 'FAILED', attempt: 1, error: { code, message } });
    },
  );

  test('a route that is not there is tried again, as it is the operator who can help', async () => {
    model.answer(trackPath, { status: 404, json: { detail: 'Not Found' } });
    const videoId = await registerSimulated(app.graphql, harbour);
    const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
    const error = {
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('no such endpoint'),
    };
    expect(job).toMatchObject({ state: 'FAILED', attempt: 3, error });
  });

  test('a file directly in the media folder goes by its name, and any other by its id', async () => {
    model.answer(trackPath, answerAs(harbour));
    const ask = async (given: { id?: string; path: string }) => {
      const videoId = await registerSimulated(app.graphql, harbour, given);
      const calls = model.calls.length;
      const objects = objectsOf(harbour);
      const job = await runTracking(app, { videoId, objects, endSeconds: 0.1 });
      expect(job).toMatchObject({ state: 'COMPLETED' });
      return listAsked(calls)[0]!.video_id;
    };
    const unlike = kind === 'embedded' ? 'a' : 'b';
    expect(await ask({ id: 'from-fovea-1', path: `talk_${unlike}.mp4` })).toBe(`talk_${unlike}`);
    expect(await ask({ id: 'from-fovea-2', path: `news/${unlike}.mp4` })).toBe('from-fovea-2');
    expect(await ask({ id: 'from-fovea-3', path: `Two words ${unlike}.mp4` })).toBe('from-fovea-3');
    expect(await ask({ path: `archive-${unlike}.tar.mp4`, id: 'from-fovea-4' })).toBe(
      'from-fovea-4',
    );
  });
});
