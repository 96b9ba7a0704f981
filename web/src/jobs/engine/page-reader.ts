import type { JobFilter, Jobs } from 'fovea-jobs-client';
import { JobRowsPage, UnfinishedCount } from '../../api/generated/documents.ts';
import type { JobRowsPageQuery, UnfinishedCountQuery } from '../../api/generated/types.ts';
import type { JobRow } from './rows.ts';

/** A page that has not come by then never will: what a network has swallowed is asked for again. In ms. */
const answerWithinMs = 10_000;
const unfinishedStates = ['QUEUED', 'DELAYED', 'ACTIVE'] as const;

export interface RowsPage {
  nodes: readonly JobRow[];
  pageInfo: JobRowsPageQuery['jobs']['pageInfo'];
  totalCount: number;
}

/** Reads the jobs that match a filter, in pages. */
export interface PageReader {
  readPage: (of: JobFilter, after?: string | null) => Promise<RowsPage>;
  /** The next page that has any. Where few jobs match, the server says how far it has looked. */
  readNext: (after: string | null) => Promise<RowsPage>;
  countUnfinished: () => Promise<number>;
}

export function createPageReader(
  client: Pick<Jobs, 'request'>,
  filter: JobFilter,
  signal: AbortSignal,
): PageReader {
  async function readPage(of: JobFilter, after: string | null = null): Promise<RowsPage> {
    const { jobs } = await client.request<JobRowsPageQuery>(
      JobRowsPage,
      { filter: of, after },
      AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    );
    return { ...jobs, nodes: jobs.edges.map(({ node }) => node) };
  }

  return {
    readPage,
    readNext: async (after) => {
      let read = await readPage(filter, after);
      while (read.nodes.length === 0 && read.pageInfo.hasNextPage) {
        read = await readPage(filter, read.pageInfo.endCursor);
      }
      return read;
    },
    countUnfinished: async () => {
      const states = filter.states?.filter((state) =>
        (unfinishedStates as readonly string[]).includes(state),
      );
      if (states?.length === 0) return 0;
      const variables = { filter: { ...filter, states: states ?? unfinishedStates } };
      const { jobs } = await client.request<UnfinishedCountQuery>(
        UnfinishedCount,
        variables,
        signal,
      );
      return jobs.totalCount;
    },
  };
}
