import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/policy/list-costs.ts';
import type { Segment } from './segments.ts';

/** Default and maximum number of segments of a page. */
export const segmentPages = { defaultSize: 500, maxSize: 1_000 };

/** The cost of reading a transcript of any size once: the database reads that of a summary as a whole. */
export const transcriptCost = 20;
export const segmentCost = listCost({ ...segmentPages, field: transcriptCost });

export const SegmentRef = builder.objectRef<Segment>('TranscriptSegment').implement({
  description:
    'A piece of speech. Has no id: a cache keeps it in its transcript, with the arguments of `segments`.',
  fields: (t) => ({
    index: t.exposeInt('index', {
      description: 'Its place in the transcript, counted from 0 without gaps.',
    }),
    start: t.exposeFloat('start', {
      description: 'When it begins, in seconds from the start of the video; 0 or more.',
    }),
    end: t.exposeFloat('end', {
      description: 'When it ends, in seconds from the start of the video; `start` or later.',
    }),
    text: t.exposeString('text', {
      description: 'What is said; not empty, and at most 5,000 characters.',
    }),
    speaker: t.exposeString('speaker', {
      nullable: true,
      description: [
        'Who speaks, as the model service calls them; null if nobody was heard then, or if speakers were not told apart.',
        'With `diarize`, it is who speaks during most of it; of several who speak equally long, the one who speaks first in the video.',
      ].join('\n'),
    }),
  }),
});
