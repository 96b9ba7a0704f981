import type { CreatedAt, JobOwner } from '../../../src/db/columns.ts';

export interface HeadlineTable {
  id: string;
  jobId: string;
  owner: JobOwner;
  videoId: string;
  text: string;
  createdAt: CreatedAt;
}

declare module '../../../src/db/tables.ts' {
  interface Tables {
    headline: HeadlineTable;
  }
}
