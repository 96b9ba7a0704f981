import type { Selectable } from 'kysely';
import type { CreatedAt } from '../../db/columns.ts';

interface VideoTable {
  id: string;
  owner: string;
  title: string;
  path: string;
  /** By which it is known again; null for one that was registered twice before that was noticed. */
  key: Uint8Array | null;
  createdAt: CreatedAt;
}

declare module '../../db/tables.ts' {
  interface Tables {
    video: VideoTable;
  }
}

export type Video = Selectable<VideoTable>;
