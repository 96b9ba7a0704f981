import DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import { createLargeLoader, maxRows, readInChunks } from '../../graphql/batch-loaders.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { listCost } from '../../graphql/policy/list-costs.ts';
import { chunkBySize } from '../../platform/chunk-by-size.ts';
import { toKeyframe, TrackFrameRef, TrackKeyframeRef, VisibilityRangeRef } from './frame-types.ts';
import { framesPerRow, largeTrackColumns, listFrameRecords } from './queries.ts';
import type { FramesKey, ObjectTrack } from './queries.ts';
import { listKeyframes, listRows, listVisibility, toPlaces, toTrackFrame } from './track-frames.ts';
import type { Page, TrackedFrames } from './track-frames.ts';

type ShownTrack = ObjectTrack & { frames: TrackedFrames };

const frameSizes = { defaultSize: 100, maxSize: framesPerRow };
const keyframeSizes = { defaultSize: 100, maxSize: 1_000 };

const largeColumnOf = defineLoader((db) => createLargeLoader(db, largeTrackColumns));

const nameOf = ({ trackId, number }: FramesKey) => `${trackId}:${number}`;

/** The records of a row of frames, of a track that the viewer may see. */
const recordsOf = defineLoader(
  (db) =>
    new DataLoader(
      async (keys: readonly FramesKey[]) => {
        const chunks = chunkBySize(keys, () => framesPerRow, 20 * maxRows);
        const rows = readInChunks(chunks, async (chunk) => {
          const found = await listFrameRecords(db, chunk);
          const byName = new Map(found.map((row) => [nameOf(row), row.records]));
          return (key) => byName.get(nameOf(key)) ?? new Uint8Array();
        });
        return keys.map((key) => rows.get(key)!);
      },
      { cacheKeyFn: nameOf },
    ),
);

export const ObjectTrackRef = builder.objectRef<ShownTrack>('ObjectTrack').implement({
  description:
    'Where one object is in the frames of a video. Has no id: a cache keeps it in its tracking, where `index` tells it apart.',
  fields: (t) => {
    const pageArguments = (sizes: typeof frameSizes, what: string) => ({
      first: t.arg.int({
        defaultValue: sizes.defaultSize,
        description: `Maximum number of ${what}, 0 to ${sizes.maxSize}.`,
      }),
      after: t.arg.int({
        defaultValue: -1,
        description: `Only ${what} after the frame with this number; -1 for all.`,
      }),
    });
    return {
      index: t.exposeInt('index', { description: 'Its place among the tracks, counted from 0.' }),
      label: t.exposeString('label', { description: 'What it is called.' }),
      confidence: t.exposeFloat('confidence', {
        nullable: true,
        description:
          'The mean confidence of the frames in which it was found, from 0 to 1; null if there are none.',
      }),
      frameCount: t.exposeInt('frameCount', {
        description: 'Number of frames in which it was found.',
      }),
      firstFrame: t.exposeInt('firstFrame', {
        nullable: true,
        description: 'The first frame in which it was found; null if there is none.',
      }),
      lastFrame: t.exposeInt('lastFrame', {
        nullable: true,
        description: 'The last frame in which it was found; null if there is none.',
      }),
      keyframeCount: t.exposeInt('keyframeCount', { description: 'Number of keyframes.' }),
      maxError: t.exposeFloat('maxError', {
        description:
          'How far a side of the box is, in any tracked frame at most, from the straight line between its keyframes; in shares of the frame’s width or height.',
      }),
      keyframes: t.field({
        type: [TrackKeyframeRef],
        description:
          'Frames that tell where it is in all others: within a visible range, its box moves in a straight line from one to the next, within `maxError`. The first and the last frame of each visible range are keyframes.',
        complexity: listCost(keyframeSizes),
        args: pageArguments(keyframeSizes, 'keyframes'),
        resolve: async ({ id, frames }, args, context) => {
          const large = largeColumnOf(context);
          const [{ keyframes = [] }, { keyframeRecords = new Uint8Array() }] = await Promise.all([
            large.load({ id, column: 'keyframes' }),
            large.load({ id, column: 'keyframeRecords' }),
          ]);
          const page = toPage(args, keyframeSizes);
          return listKeyframes(frames, keyframes, keyframeRecords, page).map(toKeyframe);
        },
      }),
      visibility: t.field({
        type: [VisibilityRangeRef],
        description:
          'Whether it was found, as ranges of tracked frames, in order and without gaps. A frame that could not be read is one in which it was not found.',
        complexity: listCost(keyframeSizes),
        args: pageArguments(keyframeSizes, 'ranges'),
        resolve: async ({ id, frames }, args, context) => {
          const { visibility = [] } = await largeColumnOf(context).load({
            id,
            column: 'visibility',
          });
          return listVisibility(frames, visibility, toPage(args, keyframeSizes));
        },
      }),
      frames: t.field({
        type: [TrackFrameRef],
        description: 'Every tracked frame, also those in which it was not found, in order.',
        complexity: listCost(frameSizes),
        args: pageArguments(frameSizes, 'frames'),
        resolve: async ({ id, frames }, args, context) => {
          const places = toPlaces(frames, toPage(args, frameSizes));
          const keys = listRows(places).map((number) => ({ trackId: id, number }));
          const rows = await Promise.all(keys.map((key) => recordsOf(context).load(key)));
          const offset = (keys[0]?.number ?? 0) * framesPerRow;
          const records = rows.length === 1 ? rows[0]! : Buffer.concat(rows);
          return Array.from({ length: places.end - places.start }, (_, index) => {
            const place = places.start + index;
            return toTrackFrame(frames, place, records, place - offset);
          });
        },
      }),
    };
  },
});

function toPage(
  { first, after }: { first?: number | null | undefined; after?: number | null | undefined },
  { defaultSize }: typeof frameSizes,
): Page {
  return { first: first ?? defaultSize, after: after ?? -1 };
}
