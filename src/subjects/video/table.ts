import type { Selectable } from 'kysely';
import type { CreatedAt } from '../../db/columns.ts';

interface VideoTable {
  id: string;
  owner: string;
  title: string;
  path: string;
  /** Identifies the path; null for duplicates that were registered before this column existed. */
  key: Uint8Array | null;
  createdAt: CreatedAt;
}

declare module '../../db/tables.ts' {
  interface Tables {
    video: VideoTable;
  }
}

export type Video = Selectable<VideoTable>;
