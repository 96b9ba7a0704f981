import DataLoader from 'dataloader';
import { chunkBySize } from '../../platform/chunk-by-size.ts';
import { builder } from '../../graphql/builder.ts';
import { maxRows, readInChunks } from '../../graphql/batch-loaders.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { BoxRef, PixelBoxRef } from './box-type.ts';
import { toPixels } from './box.ts';
import { listFramesOfPages } from './frame-pages.ts';
import type { FramePage } from './frame-pages.ts';
import type { ObjectDetection } from './queries.ts';
import type { DetectedFrame, Detection } from './table.ts';

/** Default and maximum number of frames of a page. */
export const frameSizes = { defaultSize: 20, maxSize: 100 };
/** What a frame is expected to have at most, for costs; 300 are possible. */
const typicalDetections = 25;

/** The size of the video; null as long as it is not known. */
type Size = Pick<ObjectDetection, 'width' | 'height'>;

const DetectionRef = builder
  .objectRef<Detection & { index: number; size: Size }>('Detection')
  .implement({
    description: 'An object that was found in a frame. Has no id: a cache keeps it in its frame.',
    fields: (t) => ({
      index: t.exposeInt('index', {
        description: 'Its place in the frame, counted from 0; the most confident is the first.',
      }),
      label: t.exposeString('label', { description: 'What it is, as the model service names it.' }),
      confidence: t.exposeFloat('confidence', {
        description: 'How sure the model service is, from 0 to 1.',
      }),
      box: t.expose('box', {
        type: BoxRef,
        description: 'Where it is, in shares of the frame.',
      }),
      pixelBox: t.field({
        type: PixelBoxRef,
        nullable: true,
        description: 'Where it is, in pixels; null if the size of the video is not known.',
        resolve: ({ box, size: { width, height } }) =>
          width === null || height === null ? null : toPixels(box, { width, height }),
      }),
    }),
  });

export const DetectedFrameRef = builder
  .objectRef<DetectedFrame & { size: Size }>('DetectedFrame')
  .implement({
    description:
      'A frame that was read, and the objects in it. Has no id: a cache keeps it in its detection.',
    fields: (t) => ({
      frameNumber: t.exposeInt('frameNumber', {
        description: 'The number of the frame, counted from 0.',
      }),
      timestamp: t.exposeFloat('timestamp', {
        description: 'Seconds from the start of the video.',
      }),
      detections: t.field({
        type: [DetectionRef],
        description: 'The objects in it, the most confident first; 300 at most.',
        complexity: { multiplier: typicalDetections },
        resolve: ({ detections, size }) =>
          detections.map((detection, index) => ({ ...detection, index, size })),
      }),
    }),
  });

/** A page of the frames of a detection that the viewer may see. */
export const framesOf = defineLoader(
  (db) =>
    new DataLoader(
      async (pages: readonly FramePage[]) => {
        const chunks = chunkBySize(pages, ({ first }) => first * typicalDetections, maxRows);
        const lists = readInChunks(chunks, async (chunk) => {
          const found = await listFramesOfPages(db, chunk);
          return (page) => found[chunk.indexOf(page)]!;
        });
        return pages.map((page) => lists.get(page)!);
      },
      { cacheKeyFn: ({ detectionId, first, after }) => `${detectionId}:${first}:${after}` },
    ),
);
