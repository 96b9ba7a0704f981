import DataLoader from 'dataloader';
import { byKey, maxRows, readInChunks } from '../../graphql/batch-loaders.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { chunkBySize } from '../../platform/chunk-by-size.ts';
import { toVideoCursor } from '../video/queries.ts';
import type { Video } from '../video/table.ts';
import { listNewestTranscripts, listTranscriptsById } from './queries.ts';
import { describeSegments, listSegmentPages, readTranscriptText } from './stored-segments.ts';
import type { SegmentPage } from './stored-segments.ts';

/** As how many rows a transcript counts that is read as a whole, for the size of a statement. */
const wholeTranscriptRows = 200;

export const transcriptOfSummary = defineLoader((db, viewer) =>
  byKey(
    (ids) => listTranscriptsById(db, viewer, ids),
    ({ id }) => id,
  ),
);

export const newestTranscriptOf = defineLoader(
  (db, viewer) =>
    new DataLoader(
      async (videos: readonly Pick<Video, 'owner' | 'id'>[]) => {
        const newest = await listNewestTranscripts(db, viewer, videos);
        const byVideo = new Map(
          newest.map((it) => [toVideoCursor({ owner: it.owner, id: it.videoId }), it]),
        );
        return videos.map((video) => byVideo.get(toVideoCursor(video)));
      },
      { cacheKeyFn: toVideoCursor },
    ),
);

/** Of other transcripts, this is stored in their rows. */
export const descriptionOfSummary = defineLoader(
  (db) =>
    new DataLoader(async (ids: readonly string[]) => {
      const chunks = chunkBySize(ids, () => wholeTranscriptRows, maxRows);
      const found = readInChunks(chunks, async (chunk) => {
        const rows = await describeSegments(db, chunk);
        const byId = new Map(rows.map((row) => [row.id, row]));
        return (id) => byId.get(id)!;
      });
      return ids.map((id) => found.get(id)!);
    }),
);

/** One after the other, as a text may have megabytes. */
export const textOf = defineLoader(
  (db) =>
    new DataLoader(async (ids: readonly string[]) => {
      const alone = ids.map((id) => [id]);
      const texts = readInChunks(alone, async ([id]) => {
        const text = await readTranscriptText(db, id!);
        return () => text;
      });
      return ids.map((id) => texts.get(id)!);
    }),
);

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
