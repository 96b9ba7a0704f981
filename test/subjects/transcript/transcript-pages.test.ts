import { expect, test } from 'vitest';
import {
  describeSegments,
  listSegmentPages,
} from '../../../src/subjects/transcript/stored-segments.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { segment } from '../../environment/jobs/transcripts.ts';
import { useStoredSegments } from './use-stored-segments.ts';

expectNoLeaks();

const { stack, storeSummary, store, read } = useStoredSegments();

test('speakers are listed once, in the order in which they begin, and no more than 200', async () => {
  const said = Array.from({ length: 450 }, (_, second) => ({
    start: second,
    end: second + 1,
    text: 'word',
    speaker: second % 2 === 0 ? 'Zoe' : `S${second}`,
  }));
  for (const id of [await store(said), await storeSummary({ segments: said })]) {
    const [described] = await describeSegments(stack.db, [id]);
    const { speakers } = described!;
    expect(speakers).toHaveLength(200);
    expect(speakers.slice(0, 3)).toEqual(['Zoe', 'S1', 'S3']);
  }
});

test('pages of a transcript of several parts join without a gap', async () => {
  const said = Array.from({ length: 1_234 }, (_, second) => ({
    start: second,
    end: second + 1,
    text: `word ${second}`,
  }));
  const whole = said.map(({ start, end, text }, index) => segment(index, start, end, text));
  const ids = [await store(said), await storeSummary({ segments: said })];
  for (const id of ids) {
    for (const first of [1, 499, 500, 501, 1_000]) {
      for (const after of [-1, 0, 498, 499, 500, 998, 999, 1_000, 1_232]) {
        expect(await read(id, { after, first })).toEqual(whole.slice(after + 1, after + 1 + first));
      }
    }
    expect(await read(id, { first: 0 })).toEqual([]);
    for (const after of [1_233, 2 ** 31 - 1]) expect(await read(id, { after })).toEqual([]);
    expect(await read(id, { after: -(2 ** 31), first: 2 })).toEqual(whole.slice(0, 2));
  }
  const pages = ids.flatMap((id) => [100, 700].map((after) => ({ id, after, first: 2 })));
  const rows = await listSegmentPages(stack.db, pages);
  expect(rows.map(({ page, index }) => [page, index])).toEqual([
    [0, 101],
    [0, 102],
    [1, 701],
    [1, 702],
    [2, 101],
    [2, 102],
    [3, 701],
    [3, 702],
  ]);
});

test('a page reads the parts that it shows, and no others', async () => {
  const said = Array.from({ length: 10_000 }, (_, second) => ({ start: second, text: 'word' }));
  const id = await store(said);
  await stack.db
    .updateTable('transcriptPart')
    .set({ segments: '"not read"' })
    .where('transcriptId', '=', id)
    .where('firstIndex', 'not in', [4_500, 5_000])
    .execute();
  const page = await read(id, { after: 4_699, first: 500 });
  expect(page.map(({ index }) => index)).toEqual(
    Array.from({ length: 500 }, (_, at) => 4_700 + at),
  );
});
