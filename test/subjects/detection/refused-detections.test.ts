import { beforeAll, expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { registerFormat } from '../../environment/jobs/detections.ts';
import { expectIssues, refusalFields } from '../../environment/jobs/refused-inputs.ts';

expectNoLeaks();

const { app, model } = useTestApp('embedded');
const ids: Record<string, string> = {};

beforeAll(async () => {
  ids['known'] = await registerFormat(app.graphql, 'known.mp4');
  ids['unknown'] = await registerFormat(app.graphql, 'unknown.mp4', {});
  ids['without rate'] = await registerFormat(app.graphql, 'rate.mp4', { durationSeconds: 4 });
});

async function submit(changes: object) {
  const input = { videoId: ids['known'], query: 'tug', frames: { numbers: [0] }, ...changes };
  const { detectObjects } = await app.graphql.request(
    `mutation ($input: DetectObjectsInput!) { detectObjects(input: $input) { ${refusalFields} } }`,
    { input },
  );
  return detectObjects;
}

const toNumbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const range = { from: 0, to: 4, every: 1 };
const noNumber = 'Must be a whole number from 0 to 2147483647.';
const either = 'input.frames: Must have either `numbers` or `range`.';
const noSeconds = 'Must be a number from 0 to 10000000.';
const divided =
  'input.query: Must separate what to look for by ".", as in "red car. person.", not by commas, semicolons or line breaks.';

test.each<[what: string, changes: object, issues: string[]]>([
  ['commas in the query', { query: 'tug, person' }, [divided]],
  ['lines in the query', { query: 'tug\nperson' }, [divided]],
  ['commas of another script', { query: '船、人' }, [divided]],
  ['a query of points', { query: ' . .. ' }, ['input.query: Must name what to look for.']],
  ['neither numbers nor a range', { frames: {} }, [either]],
  ['both numbers and a range', { frames: { numbers: [0], range } }, [either]],
  [
    'no number',
    { frames: { numbers: [] } },
    ['input.frames.numbers: Must name at least one frame.'],
  ],
  [
    '101 numbers',
    { frames: { numbers: toNumbers(101) } },
    ['input.frames.numbers: Must name at most 100 frames.'],
  ],
  [
    'a number twice',
    { frames: { numbers: [1, 2, 1] } },
    ['input.frames.numbers: Must not name a frame twice.'],
  ],
  ['a negative number', { frames: { numbers: [0, -1] } }, [`input.frames.numbers.1: ${noNumber}`]],
  [
    'numbers beyond the end',
    { frames: { numbers: [99, 100, 101] } },
    [1, 2].map(
      (at) => `input.frames.numbers.${at}: Must be below 100, the number of frames of the video.`,
    ),
  ],
  [
    'a range without steps',
    { frames: { range: { ...range, every: 0 } } },
    ['input.frames.range.every: Must be above 0.'],
  ],
  [
    'a range that ends where it begins',
    { frames: { range: { ...range, from: 4 } } },
    ['input.frames.range.to: Must be after `from`.'],
  ],
  [
    'a range of endless times',
    { frames: { range: { from: -1, to: 1e300, every: 1 } } },
    [`input.frames.range.from: ${noSeconds}`, `input.frames.range.to: ${noSeconds}`],
  ],
  [
    'a range behind the end',
    { frames: { range: { from: 4, to: 5, every: 1 } } },
    ['input.frames.range.from: Must begin before the end of the video, at 4 s.'],
  ],
])('%s are refused', async (_what, changes, issues) => {
  expectIssues(await submit(changes), issues);
  expect(model.calls).toEqual([]);
});

test('a range needs what is known of a video, and says what is missing', async () => {
  for (const [name, missing] of [
    ['unknown', '`durationSeconds`, `frameRate`'],
    ['without rate', '`frameRate`'],
  ] as const) {
    expectIssues(await submit({ videoId: ids[name], frames: { range } }), [
      `input.videoId: This server cannot read the file of the video. Register it again with its ${missing}.`,
    ]);
  }
});

test('a range of more than 600 frames is refused, and one of 600 is not', async () => {
  const videoId = await registerFormat(app.graphql, 'long.mp4', {
    durationSeconds: 3_600,
    frameRate: 25,
  });
  const every = 6;
  expectIssues(await submit({ videoId, frames: { range: { from: 0, to: 3_600, every: 5.99 } } }), [
    'input.frames.range: Has more than 600 frames of the video. Take a shorter range, or a longer step.',
  ]);
  const accepted = await submit({ videoId, frames: { range: { from: 0, to: 9_999, every } } });
  expect(accepted).toEqual({ __typename: 'DetectObjectsPayload' });
});

test('a video of which nothing is known has the frames that are asked for by number', async () => {
  const accepted = await submit({ videoId: ids['unknown'], frames: { numbers: [1e9] } });
  expect(accepted).toEqual({ __typename: 'DetectObjectsPayload' });
});
