import { z } from 'zod';
import { label } from '../../../src/model-service/fields.ts';

export const writeHeadline = {
  name: 'write_headline',
  path: 'api/write-headline',
  mediaPath: 'video_path',
  request: z.object({ video_id: z.string(), video_path: z.string(), max_words: z.int().min(1) }),
  response: z.object({ headline: label }),
};
