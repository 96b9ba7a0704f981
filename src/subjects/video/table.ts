import type { ColumnType, Generated, Selectable } from 'kysely';
import type { CreatedAt } from '../../db/columns.ts';

interface VideoTable {
  /** As other systems know it: unique for an owner. Inputs of jobs and rows of results refer to it. */
  id: string;
  /** Unique in the installation; the API's `Video.id`. */
  nodeId: Generated<string>;
  owner: string;
  title: string;
  path: string;
  /** Identifies the path; null for duplicates that were registered before this column existed. */
  key: Uint8Array | null;
  /** Pixels; null, as what follows, if its file could not be read and nobody has said. */
  width: ColumnType<number | null, never, number | null>;
  height: ColumnType<number | null, never, number | null>;
  durationSeconds: ColumnType<number | null, never, number | null>;
  /** Frames a second, on average. */
  frameRate: ColumnType<number | null, never, number | null>;
  createdAt: CreatedAt;
}

declare module '../../db/tables.ts' {
  interface Tables {
    video: VideoTable;
  }
}

export type Video = Selectable<VideoTable>;
