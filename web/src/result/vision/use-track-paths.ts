import { useEffect, useState } from 'react';
import { TrackPage } from '../../api/generated/documents.ts';
import type { TrackPageQuery } from '../../api/generated/types.ts';
import { useJobRead } from '../read-job.ts';
import type { TrackPath } from './frames.ts';
import type { Track, Tracking } from './tracking.ts';

/** So many keyframes and ranges come with the result. */
const firstPage = 100;
const nextPage = 1_000;

type Ranges = Track['visibility'];

function toPath(points: TrackPath['points'], ranges: Ranges): TrackPath {
  return { points, visible: ranges.filter(({ visible }) => visible) };
}

/** The way of each track. What did not come with the result is read at once, as the video can go anywhere. */
export function useTrackPaths(id: string, { tracks }: Tracking): readonly TrackPath[] {
  const read = useJobRead<TrackPageQuery, { index: number; after: number }>(TrackPage);
  const [paths, setPaths] = useState(() =>
    tracks.map(({ keyframes, visibility }) => toPath(keyframes, visibility)),
  );
  useEffect(() => {
    const controller = new AbortController();

    async function readAll({ index, keyframes, visibility }: Track): Promise<void> {
      let points = keyframes;
      let ranges = visibility;
      let isMore = points.length === firstPage || ranges.length === firstPage;
      while (isMore) {
        const after = Math.min(points.at(-1)?.frameNumber ?? -1, ranges.at(-1)?.endFrame ?? -1);
        const { job } = await read({ id, index, after }, controller.signal);
        const page = job && 'result' in job ? job.result?.track : undefined;
        if (!page || controller.signal.aborted) return;
        points = join(points, page.keyframes, ({ frameNumber }) => frameNumber);
        ranges = join(ranges, page.visibility, ({ startFrame }) => startFrame);
        isMore = page.keyframes.length === nextPage || page.visibility.length === nextPage;
        const path = toPath(points, ranges);
        setPaths((before) => before.with(index, path));
      }
    }

    // Without the rest there is the beginning; a page that fails is asked for again when the result is opened again.
    for (const track of tracks) void readAll(track).catch(() => undefined);
    return () => controller.abort();
  }, [id, tracks, read]);
  return paths;
}

function join<Item>(
  known: readonly Item[],
  page: readonly Item[],
  placeOf: (item: Item) => number,
): readonly Item[] {
  const last = known.at(-1);
  return last ? [...known, ...page.filter((item) => placeOf(item) > placeOf(last))] : page;
}
