import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { DetectedFrame } from './table.ts';

/** A page of a detection's frames: at most `first` of those whose number is greater than `after`. */
export interface FramePage {
  detectionId: string;
  first: number;
  after: number;
}

/** The frames of each page, in order. Access to the detections must have been checked before. */
export async function listFramesOfPages(
  db: Database,
  pages: readonly FramePage[],
): Promise<DetectedFrame[][]> {
  const { rows } = await sql<DetectedFrame & { place: number }>`
    select page.place::int, frame.frame_number, frame.timestamp, frame.detections
    from unnest(
      ${sql.val(pages.map(({ detectionId }) => detectionId))}::uuid[],
      ${sql.val(pages.map(({ after }) => after))}::int[],
      ${sql.val(pages.map(({ first }) => first))}::int[]
    ) with ordinality page(detection_id, after, first, place)
    cross join lateral (
      select frame_number, timestamp, detections from detected_frame
      where detection_id = page.detection_id and frame_number > page.after
      order by frame_number limit page.first
    ) frame
    order by page.place, frame.frame_number`.execute(db);
  const byPlace = Map.groupBy(rows, ({ place }) => place);
  return pages.map((_page, index) => byPlace.get(index + 1) ?? []);
}
