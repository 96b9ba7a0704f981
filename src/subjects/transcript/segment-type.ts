import DataLoader from 'dataloader';
import { maxRows, readInChunks } from '../../graphql/batch-loaders.ts';
import { builder } from '../../graphql/builder.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { listCost } from '../../graphql/policy/list-costs.ts';
import { chunkBySize } from '../../platform/chunk-by-size.ts';
import { listSegmentPages } from './read-pages.ts';
import type { SegmentPage } from './read-pages.ts';
import type { Segment } from './segments.ts';

/** Default and maximum number of segments of a page. */
export const segmentPages = { defaultSize: 500, maxSize: 1_000 };

/** The cost of reading a transcript of any size once: the database reads that of a summary as a whole. */
export const transcriptCost = 20;
export const segmentCost = listCost({ ...segmentPages, field: transcriptCost });

/** As how many rows a transcript counts that is read as a whole, for the size of a statement. */
export const wholeTranscriptRows = 200;

export const SegmentRef = builder.objectRef<Segment>('TranscriptSegment').implement({
  description: 'A piece of speech.',
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

export const segmentsOf = defineLoader(
  (db) =>
    new DataLoader(
      async (pages: readonly SegmentPage[]) => {
        const sizeOf = ({ first }: SegmentPage) => Math.max(first, wholeTranscriptRows);
        const chunks = chunkBySize(pages, sizeOf, maxRows);
        const segments = readInChunks(chunks, async (chunk) => {
          const byPage = Map.groupBy(await listSegmentPages(db, chunk), ({ page }) => page);
          return (page) => byPage.get(chunk.indexOf(page)) ?? [];
        });
        return pages.map((page) => segments.get(page)!);
      },
      { cacheKeyFn: ({ id, after, first }) => `${id}:${after}:${first}` },
    ),
);
