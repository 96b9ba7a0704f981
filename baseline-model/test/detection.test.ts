import { describe, expect, test } from 'vitest';
import { parseQuery } from '../src/detection/query.ts';
import { detect, overlap, readTruth, type Box } from './environment/frames.ts';
import { post, readLines, serve } from './environment/service.ts';

const truth = await readTruth();
const everyFifth = Array.from({ length: 36 }, (_, index) => index * 5);

type Frame = Awaited<ReturnType<typeof detect>>['frames'][number];

const boxesOf = ({ detections }: Frame, label: string) =>
  detections.filter((detection) => detection.label === label).map((one) => one.bounding_box);
const isNear = (box: Box) => (other: Box) => overlap(box, other) >= 0.5;

/** Share of the shapes, all but hidden ones, that have a box; and of the boxes that are of a shape. */
function measure(frames: readonly Frame[], label: string, ids: readonly number[]) {
  let [shown, found, boxes, right] = [0, 0, 0, 0];
  for (const frame of frames) {
    const objects = truth.frames[frame.frame_number]!.objects.filter(({ id }) => ids.includes(id));
    const detected = boxesOf(frame, label);
    for (const { box, seen } of objects) {
      if (!box || seen < 0.9) continue;
      shown += 1;
      if (detected.some(isNear(box))) found += 1;
    }
    boxes += detected.length;
    right += detected.filter((one) =>
      objects.some(({ box }) => box && overlap(box, one) > 0),
    ).length;
  }
  return { recall: found / shown, precision: right / boxes };
}

test('nine of ten shapes that are in full view are found by their motion', async () => {
  const { frames, total_detections } = await detect(await serve(), { frame_numbers: everyFifth });
  expect(frames.map(({ frame_number }) => frame_number)).toEqual(everyFifth);
  expect(total_detections).toBe(frames.flatMap(({ detections }) => detections).length);
  const { recall, precision } = measure(frames, 'moving object', [0, 1, 2, 3]);
  expect(recall).toBeGreaterThan(0.9);
  expect(precision).toBeGreaterThan(0.95);
});

test.each([
  ['yellow', 0],
  ['blue', 1],
  ['green', 2],
  ['red', 3],
])('the %s shape is found by its color', async (color, id) => {
  const request = { query: `${color}.`, frame_numbers: everyFifth };
  const { frames } = await detect(await serve(), request);
  const { recall, precision } = measure(frames, `${color} region`, [id]);
  expect(recall).toBe(1);
  expect(precision).toBeGreaterThan(0.9);
});

test('a frame gets the same answer alone and among others', async () => {
  const url = await serve();
  const query = 'moving object. color region';
  const { frames: all } = await detect(url, { query, frame_numbers: everyFifth });
  const { frames: again } = await detect(url, { query, frame_numbers: everyFifth.toReversed() });
  expect(again).toEqual(all.toReversed());
  const { frames: alone } = await detect(url, { query, frame_numbers: [100] });
  expect(alone).toEqual(all.filter(({ frame_number }) => frame_number === 100));
});

test('a query is read whatever its case, spaces, number and spelling', () => {
  const search = parseQuery(' Moving   Objects. RED regions .blue.. colorful shapes? .a person');
  expect(search).toEqual({
    motion: true,
    colors: new Set(['red', 'blue']),
    unknown: ['colorful shapes?', 'a person'],
  });
  expect(parseQuery('colour regions').colors).toEqual(parseQuery('colored object.').colors);
  expect(parseQuery('motion').motion).toBe(true);
});

describe('the frames', () => {
  test('are the first, the middle and the last if none is named', async () => {
    const { frames } = await detect(await serve(), { frame_numbers: [] });
    expect(frames.map(({ frame_number }) => frame_number)).toEqual([0, 90, 179]);
    expect(frames.map(({ timestamp }) => Number(timestamp.toFixed(3)))).toEqual([0, 6, 11.933]);
  });

  test('beyond the end are left out', async () => {
    const { frames } = await detect(await serve(), { frame_numbers: [180, 5, 1_000_000, -1] });
    expect(frames.map(({ frame_number }) => frame_number)).toEqual([5]);
  });
});

test('what is less sure than the threshold is left out', async () => {
  const request = { query: 'moving object', frame_numbers: [50], confidence_threshold: 0.99 };
  expect(await detect(await serve(), request)).toMatchObject({ total_detections: 0 });
});

test('what it cannot recognize is said in the log, and not pretended', async () => {
  const body = {
    video_id: 'crossing-shapes',
    query: 'person. red region. a red car',
    frame_numbers: [5],
  };
  const lines = await readLines(await serve(), '/api/detection/detect', body);
  const warnings = lines.flatMap((line) =>
    'log' in line && line.log.level === 'warn' ? line.log.message : [],
  );
  expect(warnings).toEqual([expect.stringContaining('cannot recognize “person”, “a red car”')]);
  const { result } = lines.at(-1) as { result: { frames: Frame[] } };
  const labels = result.frames.flatMap(({ detections }) => detections.map(({ label }) => label));
  expect(new Set(labels)).toEqual(new Set(['red region']));
});

describe('a request that is wrong', () => {
  const video = { video_id: 'crossing-shapes', query: 'motion' };
  test.each([
    ['without a query', { video_id: 'v' }, 'missing', ['query']],
    ['with an empty query', { ...video, query: ' ' }, 'too_small', ['query']],
    ['with an unknown field', { ...video, model_id: 'x' }, 'extra_forbidden', ['model_id']],
    [
      'with a number as a text',
      { ...video, confidence_threshold: '1' },
      'invalid_type',
      ['confidence_threshold'],
    ],
    ['with half a frame', { ...video, frame_numbers: [0.5] }, 'invalid_type', ['frame_numbers', 0]],
  ])('%s is refused in the form of pydantic', async (_, body, type, loc) => {
    const response = await post(await serve(), '/api/detection/detect', body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ detail: [{ type, loc: ['body', ...loc] }] });
  });

  test.each([
    [{ ...video, video_id: 'nowhere' }, 404, 'Video not found: nowhere'],
    [{ ...video, video_path: '/etc/hostname' }, 404, 'Video not found: crossing-shapes'],
    [
      { ...video, video_path: 'https://example.org/a.mp4' },
      400,
      'The baseline model reads files below its media folder only, not URLs',
    ],
  ])('%j is %d', async (body, status, detail) => {
    const response = await post(await serve(), '/api/detection/detect', body);
    expect([response.status, await response.json()]).toEqual([status, { detail }]);
  });
});
