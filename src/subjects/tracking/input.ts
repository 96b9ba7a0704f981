import { z } from 'zod';
import { group, id, ownId, share, text, wholeNumber } from '../../jobs/input-fields.ts';
import { box } from '../detection/box.ts';
import { maxFrames } from './plan-frames.ts';

/** Objects of one job at most. */
export const maxObjects = 20;

const maxLabels = 20;
const maxSeconds = 30 * 24 * 3_600;

const wrongTime = `Must be a number from 0 to ${maxSeconds}.`;
const seconds = z.number(wrongTime).min(0, wrongTime).max(maxSeconds, wrongTime);

const trackedObject = group(
  'TrackedObject',
  'An object to track.',
  z.object({
    label: text(200).meta({ description: 'What it is called, up to 200 characters.' }),
    box: box.meta({
      description: 'Where it is in the first tracked frame, that of `startSeconds`.',
    }),
  }),
);

const detectedObjects = group(
  'DetectedObjects',
  `Objects that a detection found in one frame: the first that is not before \`startSeconds\` and has objects that match. Tracking begins in that frame. The most confident are tracked, as many as \`objects\` may have.`,
  z.object({
    detectionId: ownId('A detection of the same video.'),
    minConfidence: share('Objects below this confidence, 0 to 1, are left out.').default(0),
    labels: z
      .array(text(200))
      .min(1, 'Must name at least one label, or be absent.')
      .max(maxLabels, `Must name at most ${maxLabels} labels.`)
      .nullish()
      .meta({
        description: `Only objects with one of these labels, in any case of letters; 1 to ${maxLabels}. Absent: all.`,
      }),
  }),
);

export const trackingInput = z
  .object({
    videoId: id(
      'The video to track in. Its width, height, frame rate and duration must be known. The model service finds it by a name alone, of letters, digits, `_` and `-`: that of its file if that is directly in the media folder, and its id otherwise.',
    ),
    objects: z
      .array(trackedObject)
      .min(1, 'Must have at least one object.')
      .max(maxObjects, `Must have at most ${maxObjects} objects.`)
      .nullish()
      .meta({
        description: `The objects to track, 1 to ${maxObjects}; in a video above 1080p fewer, of 4K up to 6. Either this or \`detection\`.`,
      }),
    detection: detectedObjects.nullish().meta({
      description: 'The detection that found the objects to track. Either this or `objects`.',
    }),
    startSeconds: seconds
      .default(0)
      .meta({ description: 'Where to begin, in seconds from the start of the video.' }),
    endSeconds: seconds.nullish().meta({
      description: `Where to end, in seconds; absent, or later than it: the end of the video. ${maxFrames} frames are tracked at most.`,
    }),
    every: wholeNumber(
      'Every how many frames to look, 1 to 30. Objects that move far in between are lost: 1 to 3 is safe.',
      1,
      30,
    ).default(1),
    confidenceThreshold: share(
      'Where the model service is less confident of an object than this, 0 to 1, the object counts as not found. 0 keeps all that it finds.',
    ).default(0),
    maxKeyframes: wholeNumber(
      'Maximum number of keyframes of each track, 2 to 1,000. The first and last frame of each visible range is always one, so there may be more.',
      2,
      1_000,
    ).default(40),
  })
  .refine(({ objects, detection }) => (objects == null) !== (detection == null), {
    path: ['objects'],
    message: 'Must have either `objects` or `detection`.',
  })
  .refine(({ startSeconds, endSeconds }) => endSeconds == null || endSeconds >= startSeconds, {
    path: ['endSeconds'],
    message: 'Must not be before `startSeconds`.',
  });
export type TrackingInput = z.output<typeof trackingInput>;
