import { describe, expect, test } from 'vitest';
import { stackKinds } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import {
  answerAs,
  harbour,
  objectsOf,
  readFrames,
  readTracking,
  registerSimulated,
  runTracking,
  trackPath,
  listAsked,
  spanOf,
} from './use-tracking.ts';

expectNoLeaks();

describe.each(stackKinds)('on the %s stack', (kind) => {
  const { app, model } = useTestApp(kind);

  test('objects are followed through a video, over the chunks that it is asked in', async () => {
    model.answer(trackPath, answerAs(harbour));
    const videoId = await registerSimulated(app.graphql, harbour);
    const calls = model.calls.length;
    const job = await runTracking(app, { videoId, objects: objectsOf(harbour) });
    const asked = listAsked(model, calls);
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
});
