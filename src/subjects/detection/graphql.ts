import { builder } from '../../graphql/builder.ts';
import { createLargeLoader, listsByKey } from '../../graphql/batch-loaders.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { NodeRef } from '../../graphql/node/node-ref.ts';
import { listCost } from '../../graphql/policy/list-costs.ts';
import { expectVisible } from '../../graphql/visibility.ts';
import { toVideoCursor } from '../video/queries.ts';
import type { Video } from '../video/table.ts';
import { videoByKey, VideoRef } from '../video/video-ref.ts';
import { DetectedFrameRef, framesOf, frameSizes } from './frame-type.ts';
import {
  findObjectDetection,
  largeDetectionColumns,
  listObjectDetectionsOfVideos,
  maxDetections,
  maxLabels,
} from './queries.ts';
import type { ObjectDetection } from './queries.ts';
import type { LabelCount } from './table.ts';

const detectionsOf = defineLoader((db, viewer) =>
  listsByKey({
    list: (videos: readonly Pick<Video, 'owner' | 'id'>[]) =>
      listObjectDetectionsOfVideos(db, viewer, videos),
    nameOf: toVideoCursor,
    keyOf: ({ owner, videoId }) => toVideoCursor({ owner, id: videoId }),
    maxLength: maxDetections,
  }),
);
const largeColumnOf = defineLoader((db) => createLargeLoader(db, largeDetectionColumns));

const LabelCountRef = builder.objectRef<LabelCount>('LabelCount').implement({
  description: 'How often something was found. Has no id: a cache keeps it in its detection.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'What it is.' }),
    count: t.exposeInt('count', { description: 'Number of detections in all frames.' }),
  }),
});

const ObjectDetectionRef = builder.objectRef<ObjectDetection>('ObjectDetection').implement({
  description: 'The objects in frames of a video, found by one job.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    video: t.field({
      type: VideoRef,
      description: 'The video.',
      resolve: async ({ owner, videoId }, _args, context) =>
        expectVisible(await videoByKey(context).load({ owner, id: videoId })),
    }),
    query: t.exposeString('query', { description: 'What was looked for.' }),
    width: t.exposeInt('width', {
      nullable: true,
      description: 'Of the video, in pixels; null if it was not known when the job ran.',
    }),
    height: t.exposeInt('height', {
      nullable: true,
      description: 'Of the video, in pixels; null if it was not known when the job ran.',
    }),
    frameCount: t.exposeInt('frameCount', { description: 'Number of frames that were read.' }),
    unreadFrames: t.field({
      type: ['Int'],
      description: 'The numbers of the chosen frames that the model service could not read.',
      resolve: async ({ id }, _args, context) =>
        (await largeColumnOf(context).load({ id, column: 'unreadFrames' })).unreadFrames ?? [],
    }),
    detectionCount: t.exposeInt('detectionCount', {
      description: 'Number of detections in all frames.',
    }),
    counts: t.field({
      type: [LabelCountRef],
      description: `How often each label was found, the most frequent first; ${maxLabels} labels at most.`,
      complexity: { multiplier: 10 },
      resolve: async ({ id }, _args, context) => {
        const { counts = [] } = await largeColumnOf(context).load({ id, column: 'counts' });
        return counts;
      },
    }),
    frames: t.field({
      type: [DetectedFrameRef],
      description: 'The frames that were read, also those without objects, in order.',
      complexity: listCost(frameSizes),
      args: {
        first: t.arg.int({
          defaultValue: frameSizes.defaultSize,
          description: `Maximum number of frames, 0 to ${frameSizes.maxSize}.`,
        }),
        after: t.arg.int({
          defaultValue: -1,
          description: 'Only frames after the one with this number; -1 for all.',
        }),
      },
      resolve: async ({ id, width, height }, { first, after }, context) => {
        const page = {
          detectionId: id,
          first: first ?? frameSizes.defaultSize,
          after: after ?? -1,
        };
        const frames = await framesOf(context).load(page);
        return frames.map((frame) => ({ ...frame, size: { width, height } }));
      },
    }),
    modelUsed: t.exposeString('modelUsed', {
      nullable: true,
      description: 'The model that found them; null if the model service does not tell.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was saved.' }),
  }),
});

builder.objectField(VideoRef, 'detections', (t) =>
  t.field({
    type: [ObjectDetectionRef],
    description: `Its detections that the viewer’s jobs made, newest first; ${maxDetections} at most.`,
    complexity: { multiplier: 10 },
    resolve: (video, _args, context) => detectionsOf(context).load(video),
  }),
);

builder.queryField('objectDetection', (t) =>
  t.field({
    type: ObjectDetectionRef,
    nullable: true,
    description: 'One detection; null if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The detection’s id.' }) },
    resolve: (_root, { id }, { db, viewer }) => findObjectDetection(db, viewer, id),
  }),
);
