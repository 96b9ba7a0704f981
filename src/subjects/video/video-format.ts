import { z } from 'zod';
import { ValidationError } from '../../errors.ts';
import { wholeNumber } from '../../jobs/input-fields.ts';
import type { Video } from './table.ts';

const positive = (max: number) => {
  const message = `Must be above 0 and at most ${max}.`;
  return z.number(message).positive(message).max(max, message);
};

/** What a client may say of a video whose file this server cannot read. */
export const formatFields = {
  width: wholeNumber('Pixels.', 1, 65_535).optional(),
  height: wholeNumber('Pixels.', 1, 65_535).optional(),
  durationSeconds: positive(30 * 24 * 3_600).optional(),
  frameRate: positive(1_000).optional(),
};

export const formatNames = ['width', 'height', 'durationSeconds', 'frameRate'] as const;
export type FormatName = (typeof formatNames)[number];

/** A video of which so much is known. */
export type VideoWith<Name extends FormatName> = Video & Record<Name, number>;

/**
 * Throws ValidationError for `input.videoId` if one of these is not known of the video: neither its file, which this server may
 * not be able to read, nor its owner has said.
 */
export function requireFormat<Name extends FormatName>(
  video: Video,
  names: readonly Name[],
): VideoWith<Name> {
  const missing = listUnknown(video, names);
  if (missing.length === 0) return video as VideoWith<Name>;
  const fields = missing.map((name) => `\`${name}\``).join(', ');
  const message = `This server cannot read the file of the video. Register it again with its ${fields}.`;
  throw new ValidationError([{ path: ['input', 'videoId'], message }]);
}

/** Which of these nobody has said of the video. */
export function listUnknown<Name extends FormatName>(video: Video, names: readonly Name[]): Name[] {
  return names.filter((name) => video[name] === null);
}
