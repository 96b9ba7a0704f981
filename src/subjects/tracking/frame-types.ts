import { builder } from '../../graphql/builder.ts';
import { BoxRef, PixelBoxRef } from '../detection/box-type.ts';
import type { listVisibility, TrackFrame } from './track-frames.ts';

type Keyframe = Omit<TrackFrame, 'object'> & NonNullable<TrackFrame['object']>;

const fields = {
  frameNumber: 'The number of the frame in the video, counted from 0.',
  timestamp: 'Seconds from the start of the video.',
  box: 'Where it is, in shares of the frame.',
  pixelBox: 'Where it is, in whole pixels.',
  confidence: 'How sure the model service is, from 0 to 1, to four decimals.',
  occluded: 'Whether the model service takes it for partly hidden.',
};
const orNull = (description: string) => `${description.slice(0, -1)}; null where it was not found.`;

export const TrackFrameRef = builder.objectRef<TrackFrame>('TrackFrame').implement({
  description: 'A frame, and where an object is in it. Has no id: a cache keeps it in its track.',
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

export const TrackKeyframeRef = builder.objectRef<Keyframe>('TrackKeyframe').implement({
  description:
    'A frame from which the box of an object moves in a straight line to the next. Has no id: a cache keeps it in its track.',
  fields: (t) => ({
    frameNumber: t.exposeInt('frameNumber', { description: fields.frameNumber }),
    timestamp: t.exposeFloat('timestamp', { description: fields.timestamp }),
    box: t.expose('box', { type: BoxRef, description: fields.box }),
    pixelBox: t.expose('pixelBox', { type: PixelBoxRef, description: fields.pixelBox }),
    confidence: t.exposeFloat('confidence', { description: fields.confidence }),
    occluded: t.exposeBoolean('occluded', { description: fields.occluded }),
  }),
});

export const VisibilityRangeRef = builder
  .objectRef<ReturnType<typeof listVisibility>[number]>('VisibilityRange')
  .implement({
    description:
      'Frames in a row in which an object was found, or was not. Has no id: a cache keeps it in its track.',
    fields: (t) => ({
      startFrame: t.exposeInt('startFrame', { description: 'The number of the first of them.' }),
      endFrame: t.exposeInt('endFrame', { description: 'The number of the last of them.' }),
      visible: t.exposeBoolean('visible', { description: 'Whether it was found in them.' }),
    }),
  });

/** A frame in which the object was found, as all keyframes are. */
export function toKeyframe({ object, ...frame }: TrackFrame): Keyframe {
  return { ...frame, ...object! };
}
