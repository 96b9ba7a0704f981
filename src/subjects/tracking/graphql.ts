import { builder } from '../../graphql/builder.ts';
import { listsByKey } from '../../graphql/batch-loaders.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { NodeRef } from '../../graphql/node/node-ref.ts';
import { expectVisible } from '../../graphql/visibility.ts';
import { videoByKey, VideoRef } from '../video/video-ref.ts';
import { maxObjects } from './input.ts';
import { findObjectTracking, listTracks } from './queries.ts';
import type { ObjectTracking } from './queries.ts';
import { ObjectTrackRef } from './track-type.ts';

/** The tracks of a tracking that the viewer may see. */
const tracksOf = defineLoader((db) =>
  listsByKey({
    list: (ids: readonly string[]) => listTracks(db, ids),
    nameOf: (id) => id,
    keyOf: ({ trackingId }) => trackingId,
    maxLength: maxObjects,
  }),
);

const ObjectTrackingRef = builder.objectRef<ObjectTracking>('ObjectTracking').implement({
  description: 'Where objects are in the frames of a video, tracked by one job.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    video: t.field({
      type: VideoRef,
      description: 'The video.',
      resolve: async ({ owner, videoId }, _args, context) =>
        expectVisible(await videoByKey(context).load({ owner, id: videoId })),
    }),
    // Nullable as those of a detection, so that one query may ask for the results of both.
    width: t.exposeInt('width', {
      nullable: true,
      description: 'Of the video, in pixels. Always known here.',
    }),
    height: t.exposeInt('height', {
      nullable: true,
      description: 'Of the video, in pixels. Always known here.',
    }),
    frameRate: t.exposeFloat('frameRate', { description: 'Of the video, in frames a second.' }),
    firstFrame: t.exposeInt('firstFrame', {
      description: 'The number of the first frame that was tracked, counted from 0.',
    }),
    every: t.exposeInt('every', {
      description: 'The step from one tracked frame to the next, in frames of the video.',
    }),
    framesProcessed: t.exposeInt('framesProcessed', {
      description:
        'Number of frames that were tracked: fewer than asked for if the video ended earlier than expected.',
    }),
    tracks: t.field({
      type: [ObjectTrackRef],
      description: `One for each object, in the order of the input; ${maxObjects} at most.`,
      // As many as there usually are.
      complexity: { multiplier: 5 },
      resolve: async (tracking, _args, context) => {
        const tracks = await tracksOf(context).load(tracking.id);
        return tracks.map((track) => ({ ...track, frames: tracking }));
      },
    }),
    track: t.field({
      type: ObjectTrackRef,
      nullable: true,
      description: 'One of the tracks, to read its frames in large pages; null if there is none.',
      args: {
        index: t.arg.int({
          required: true,
          description: 'Its place among the tracks, counted from 0.',
        }),
      },
      resolve: async (tracking, { index }, context) => {
        const track = (await tracksOf(context).load(tracking.id))[index];
        return track && { ...track, frames: tracking };
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was saved.' }),
  }),
});

builder.queryField('objectTracking', (t) =>
  t.field({
    type: ObjectTrackingRef,
    nullable: true,
    description: 'One tracking; null if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The tracking’s id.' }) },
    resolve: (_root, { id }, { db, viewer }) => findObjectTracking(db, viewer, id),
  }),
);
