import { JobFailure } from '../../errors.ts';
import type { JobContext } from '../../jobs/define-job.ts';
import type { ModelCall } from '../../model-service/client.ts';
import { chunkBySize } from '../../platform/chunk-by-size.ts';
import { RecentMap } from '../../platform/recent-map.ts';
import { pluralize } from '../../platform/text.ts';
import type { Video } from '../video/table.ts';
import { readFrames } from './read-frames.ts';
import type { DetectedFrame } from './table.ts';
import type { detect } from './wire.ts';

/** Frames of one call. FOVEA's service takes seconds to load its model for each call, and none can be stopped there. */
const framesPerCall = 20;

/** Log lines of a job that are recognized when the service repeats them. */
const maxRememberedLines = 1_000;

type Context = JobContext<
  { query: string; confidenceThreshold: number },
  { detect: typeof detect }
>;

/** The frames that the model service could read, in order; throws a JobFailure if it cannot read the first ones. */
export async function detectInBatches(
  { input, modelService, signal, log, during }: Context,
  video: Video,
  numbers: readonly number[],
): Promise<{ frames: DetectedFrame[]; modelUsed: string | null }> {
  const frames: DetectedFrame[] = [];
  let modelUsed: string | null = null;
  const leftOut = { empty: 0, excess: 0 };
  const adapt = createCallAdapter();
  for (const batch of chunkBySize(numbers, () => 1, framesPerCall)) {
    signal.throwIfAborted();
    const answer = await during(toSpan(batch, numbers), (call) =>
      modelService.detect(
        {
          video_id: video.id,
          video_path: video.path,
          query: input.query,
          frame_numbers: batch,
          confidence_threshold: input.confidenceThreshold,
        },
        adapt(call),
      ),
    );
    const read = readFrames(answer, batch, input.confidenceThreshold);
    frames.push(...read.frames);
    leftOut.empty += read.empty;
    leftOut.excess += read.excess;
    modelUsed ??= answer.model_used ?? null;
    // Some services say no more of a file that does not exist, and would load their model for each further batch.
    if (frames.length === 0) throw unreadable(batch);
  }
  logLeftOut(log, leftOut);
  return { frames, modelUsed };
}

/** Makes the calls of the batches look like one. */
function createCallAdapter(): (call: ModelCall) => ModelCall {
  const logged = new RecentMap<true>(maxRememberedLines);
  return (call) => ({
    ...call,
    // The service's stage counts the frames of its batch alone.
    onProgress: (share) => call.onProgress?.(share, undefined),
    // What it says of each batch alike is logged once.
    onLog: (level, message) => {
      if (logged.get(message)) return;
      logged.set(message, true);
      call.onLog?.(level, message);
    },
  });
}

/** The part of the progress bar of a batch. */
function toSpan(batch: readonly number[], numbers: readonly number[]) {
  const start = numbers.indexOf(batch[0]!);
  const end = start + batch.length;
  const place = (index: number) => 5 + (85 * index) / numbers.length;
  const stage = `Looking at frames ${start + 1} to ${end} of ${numbers.length}`;
  return { from: place(start), to: place(end), stage };
}

function logLeftOut(
  log: Context['log'],
  { empty, excess }: Pick<ReturnType<typeof readFrames>, 'empty' | 'excess'>,
): void {
  if (empty > 0) log('WARN', `Left out: ${pluralize(empty, 'detection')} of no size.`);
  if (excess > 0) {
    log('WARN', `Left out: ${pluralize(excess, 'detection')}, as a frame had too many.`);
  }
}

function unreadable(batch: readonly number[]): JobFailure {
  const which = batch.length === 1 ? `frame ${batch[0]}` : `frames ${batch[0]} to ${batch.at(-1)}`;
  return new JobFailure(
    'INVALID_INPUT',
    `The model service could not read ${which} of the video: the file is missing there, damaged, or too short.`,
  );
}
