import { describe, expect, test } from 'vitest';
import { readTruth, toMask, track } from '../environment/frames.ts';
import { post, serve } from '../environment/service.ts';

const truth = await readTruth();

describe('a request that is wrong', () => {
  const whole = { x: 0, y: 0, width: 1, height: 1 };
  const video_id = 'crossing-shapes';
  const mask = toMask({ ...whole, width: 0.5 }, truth);
  const tooSmall = toMask(whole, { width: 100, height: 100 });
  const shape = 'Invalid mask encoding: cannot reshape array of size 10000 into shape (180,320)';
  const lengths = 'initial_masks and object_ids must have the same length';
  const nothing = 'Mask 0 marks no pixel, so there is nothing to follow';
  const object = { video_id, object_ids: [1], initial_masks: [mask] };
  test.each([
    ['a mask of another size', { ...object, initial_masks: [tooSmall] }, 400, shape],
    ['a mask without an id', { ...object, object_ids: [] }, 400, lengths],
    [
      'a mask of nothing',
      { ...object, initial_masks: [Buffer.alloc(320 * 180).toString('base64')] },
      400,
      nothing,
    ],
    [
      'no frame that exists',
      { ...object, frame_numbers: [180] },
      400,
      'No valid frames to process',
    ],
    ['an unknown video', { ...object, video_id: 'nowhere' }, 404, 'Video not found: nowhere'],
    ['an id that is a path', { ...object, video_id: '../x' }, 404, 'Video not found: ../x'],
  ])('with %s is refused', async (_, body, status, detail) => {
    const response = await post(await serve(), '/api/tracking/track', body);
    expect([response.status, await response.json()]).toEqual([status, { detail }]);
  });

  test.each([
    ['an unknown field', { ...object, video_path: 'x.mp4' }, 'extra_forbidden', ['video_path']],
    [
      'a number as a text',
      { ...object, frame_numbers: ['1'] },
      'invalid_type',
      ['frame_numbers', 0],
    ],
    ['no masks', { video_id, object_ids: [] }, 'missing', ['initial_masks']],
  ])('with %s is refused in the form of pydantic', async (_, body, type, loc) => {
    const response = await post(await serve(), '/api/tracking/track', body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ detail: [{ type, loc: ['body', ...loc] }] });
  });

  test('may have a body of the size of many masks, up to 64 MiB', async () => {
    const url = await serve();
    const sizes = [12, 65].map((megabytes) => 'A'.repeat(megabytes * 1024 * 1024));
    const statuses = sizes.map(async (text) => {
      const body = { ...object, initial_masks: [text] };
      return (await post(url, '/api/tracking/track', body).catch(() => undefined))?.status;
    });
    // A client may see the connection close before it has sent all.
    expect([400, 413, undefined]).toEqual(expect.arrayContaining(await Promise.all(statuses)));
    expect(await statuses[0]).toBe(400);
  });

  test('with no objects passes, as in FOVEA’s service', async () => {
    const none = { initial_masks: [], object_ids: [], frame_numbers: [0] };
    const { frames } = await track(await serve(), none);
    expect(frames).toMatchObject([{ frame_number: 0, masks: [] }]);
  });
});
