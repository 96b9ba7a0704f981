import { describe, expect, test } from 'vitest';
import { stackKinds } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { registerFormat, runDetection } from '../../environment/jobs/detections.ts';
import { route, useFoveaDetection } from './use-fovea-detection.ts';

expectNoLeaks();

describe.each(stackKinds)('with FOVEA’s service, on the %s stack', (kind) => {
  const fovea = useFoveaDetection(kind);

  test('frames of a range are asked for in batches, and all that is found is kept', async () => {
    const videoId = await registerFormat(fovea.app.graphql, 'harbour.mp4');
    const input = {
      videoId,
      query: 'tug. car.',
      frames: { range: { from: 0.08, to: 60, every: 0.08 } },
    };
    const { state, result, logs, ...job } = await runDetection(fovea.app.graphql, input);
    expect(state).toBe('COMPLETED');
    expect(job['input']).toEqual({
      ...input,
      confidenceThreshold: 0.3,
      frames: { ...input.frames, numbers: null },
    });

    const numbers = Array.from({ length: 49 }, (_, index) => 2 + index * 2);
    const sent = {
      video_path: '/videos/harbour.mp4',
      query: 'tug. car.',
      confidence_threshold: 0.3,
    };
    const batches = [numbers.slice(0, 20), numbers.slice(20, 40), numbers.slice(40)];
    expect(fovea.listCalls(videoId)).toEqual(
      batches.map((frame_numbers) => ({
        path: route,
        status: 200,
        body: { ...sent, video_id: videoId, frame_numbers },
      })),
    );

    expect(result).toMatchObject({
      query: 'tug. car.',
      width: 320,
      height: 180,
      frameCount: 49,
      unreadFrames: [],
      detectionCount: 74,
      modelUsed: null,
      counts: [
        { label: 'tug', count: 49 },
        { label: 'car', count: 25 },
      ],
      video: { id: videoId },
    });
    expect(result.frames.map(({ frameNumber }: any) => frameNumber)).toEqual(numbers.slice(0, 25));
    const half = { x: 0.5, y: 0.5, width: 0.5, height: 0.5 };
    expect(result.frames[24]).toEqual({
      frameNumber: 50,
      timestamp: 2,
      detections: [
        {
          index: 0,
          label: 'car',
          confidence: 0.9,
          box: half,
          pixelBox: { x: 160, y: 90, width: 160, height: 90 },
        },
        {
          index: 1,
          label: 'tug',
          confidence: 0.6,
          box: { x: 0.25, y: 0.5, width: 0.25, height: 0.25 },
          pixelBox: { x: 80, y: 90, width: 80, height: 45 },
        },
      ],
    });
    expect(logs).toEqual([]);
  });
});
