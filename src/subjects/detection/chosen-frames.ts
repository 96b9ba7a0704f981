import { z } from 'zod';
import { ValidationError } from '../../errors.ts';
import { group, wholeNumber } from '../../jobs/input-fields.ts';
import { requireFormat } from '../video/video-format.ts';
import type { Video } from '../video/table.ts';
import { countFrames, listFramesOfRange } from './frame-numbers.ts';

/** Frames of one job at most, by their numbers and by a range. */
const maxNumbers = 100;
const maxFramesOfRange = 600;

/** Longer than any video that can be registered. */
const maxSeconds = 10_000_000;
const maxFrameNumber = 2 ** 31 - 1;

function seconds(description: string) {
  const message = `Must be a number from 0 to ${maxSeconds}.`;
  return z.number(message).min(0, message).max(maxSeconds, message).meta({ description });
}

const range = group(
  'FrameRange',
  'Frames at regular times. The frame rate and the duration of the video must be known.',
  z
    .object({
      from: seconds('The first time, in seconds from the start of the video.'),
      to: seconds(
        'Where the range ends, in seconds, itself not included. The video may end before.',
      ),
      every: seconds('Seconds from one time to the next, above 0.'),
    })
    .refine(({ every }) => every > 0, { path: ['every'], message: 'Must be above 0.' })
    .refine(({ from, to }) => to > from, { path: ['to'], message: 'Must be after `from`.' }),
);

/** Which frames of a video to look at. */
export const chosenFrames = group(
  'DetectionFrames',
  'Which frames of a video to look at: either `numbers` or `range`.',
  z
    .object({
      numbers: z
        .array(wholeNumber('The number of a frame, counted from 0.', 0, maxFrameNumber))
        .min(1, 'Must name at least one frame.')
        .max(maxNumbers, `Must name at most ${maxNumbers} frames.`)
        .refine((numbers) => new Set(numbers).size === numbers.length, {
          message: 'Must not name a frame twice.',
        })
        .nullish()
        .meta({ description: `1 to ${maxNumbers} different numbers of frames, counted from 0.` }),
      range: range.nullish().meta({
        description: `The frames that are shown at these times, each once; ${maxFramesOfRange} at most.`,
      }),
    })
    .refine(({ numbers, range }) => (numbers == null) !== (range == null), {
      message: 'Must have either `numbers` or `range`.',
    }),
);
export type ChosenFrames = z.output<typeof chosenFrames>;

/**
 * The numbers of the chosen frames, in order. Throws ValidationError if one is beyond the end of the video, if the range has
 * too many or none, or if what it takes to know that of a range is not known of the video.
 */
export function listChosenFrames(video: Video, { numbers, range }: ChosenFrames): number[] {
  if (!range) {
    const given = numbers ?? [];
    assertWithin(video, given);
    return given.toSorted((a, b) => a - b);
  }
  const found = listFramesOfRange(
    range,
    requireFormat(video, ['durationSeconds', 'frameRate']),
    maxFramesOfRange,
  );
  const path = ['input', 'frames', 'range'];
  if (!found) {
    const message = `Has more than ${maxFramesOfRange} frames of the video. Take a shorter range, or a longer step.`;
    throw new ValidationError([{ path, message }]);
  }
  if (found.length > 0) return found;
  const message = `Must begin before the end of the video, at ${video.durationSeconds} s.`;
  throw new ValidationError([{ path: [...path, 'from'], message }]);
}

/** If its length and frame rate are known. */
function assertWithin({ durationSeconds, frameRate }: Video, numbers: readonly number[]): void {
  if (durationSeconds === null || frameRate === null) return;
  const count = countFrames({ durationSeconds, frameRate });
  const issues = numbers.flatMap((number, index) =>
    number < count
      ? []
      : [
          {
            path: ['input', 'frames', 'numbers', String(index)],
            message: `Must be below ${count}, the number of frames of the video.`,
          },
        ],
  );
  if (issues.length > 0) throw new ValidationError(issues);
}
