import DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import { createLargeLoader, maxRows, readInChunks } from '../../graphql/batch-loaders.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { listCost } from '../../graphql/policy/list-costs.ts';
import { chunkBySize } from '../../platform/chunk-by-size.ts';
import { BoxRef, PixelBoxRef } from '../detection/box-type.ts';
import { framesPerRow, largeTrackColumns, listFrameRecords } from './queries.ts';
import type { FramesKey, ObjectTrack } from './queries.ts';
import { listKeyframes, listRows, listVisibility, toPlaces, toTrackFrame } from './track-frames.ts';
import type { Page, TrackedFrames, TrackFrame } from './track-frames.ts';

type Found = NonNullable<TrackFrame['object']>;
type Keyframe = Omit<TrackFrame, 'object'> & Found;
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

const fields = {
  frameNumber: 'The number of the frame in the video, counted from 0.',
  timestamp: 'Seconds from the start of the video.',
  box: 'Where it is, in shares of the frame.',
  pixelBox: 'Where it is, in whole pixels.',
  confidence: 'How sure the model service is, from 0 to 1, to four decimals.',
  occluded: 'Whether the model service takes it for partly hidden.',
};
const orNull = (description: string) => `${description.slice(0, -1)}; null where it was not found.`;

const TrackFrameRef = builder.objectRef<TrackFrame>('TrackFrame').implement({
  description: 'A frame, and where an object is in it.',
  fields: (t) => ({
    frameNumber: t.exposeInt('frameNumber', { description: fields.frameNumber }),
    timestamp: t.exposeFloat('timestamp', { description: fields.timestamp }),
    box: t.field({
      type: BoxRef,
      nullable: true,
      description: orNull(fields.box),
      resolve: ({ object }) => object?.box,
    }),
    pixelBox: t.field({
      type: PixelBoxRef,
      nullable: true,
      description: orNull(fields.pixelBox),
      resolve: ({ object }) => object?.pixelBox,
    }),
    confidence: t.float({
      nullable: true,
      description: orNull(fields.confidence),
      resolve: ({ object }) => object?.confidence,
    }),
    occluded: t.boolean({
      description: 'Whether it was found, and the model service takes it for partly hidden.',
      resolve: ({ object }) => object?.occluded ?? false,
    }),
  }),
});

const TrackKeyframeRef = builder.objectRef<Keyframe>('TrackKeyframe').implement({
  description: 'A frame from which the box of an object moves in a straight line to the next.',
  fields: (t) => ({
    frameNumber: t.exposeInt('frameNumber', { description: fields.frameNumber }),
    timestamp: t.exposeFloat('timestamp', { description: fields.timestamp }),
    box: t.expose('box', { type: BoxRef, description: fields.box }),
    pixelBox: t.expose('pixelBox', { type: PixelBoxRef, description: fields.pixelBox }),
    confidence: t.exposeFloat('confidence', { description: fields.confidence }),
    occluded: t.exposeBoolean('occluded', { description: fields.occluded }),
  }),
});

const VisibilityRangeRef = builder
  .objectRef<ReturnType<typeof listVisibility>[number]>('VisibilityRange')
  .implement({
    description: 'Frames in a row in which an object was found, or was not.',
    fields: (t) => ({
      startFrame: t.exposeInt('startFrame', { description: 'The number of the first of them.' }),
      endFrame: t.exposeInt('endFrame', { description: 'The number of the last of them.' }),
      visible: t.exposeBoolean('visible', { description: 'Whether it was found in them.' }),
    }),
  });

export const ObjectTrackRef = builder.objectRef<ShownTrack>('ObjectTrack').implement({
  description: 'Where one object is in the frames of a video.',
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

function toKeyframe({ object, ...frame }: TrackFrame): Keyframe {
  return { ...frame, ...object! };
}
