import type { JobFilter, Jobs } from 'fovea-jobs-client';
import { createLiveRows } from './live-rows.ts';
import { createPageReader } from './page-reader.ts';
import { createRows, findPlace } from './rows.ts';
import type { JobRow } from './rows.ts';

/** Unfinished jobs that a page is told of by one stream. Where there are more, it watches the newest, and those on the screen. */
const maxUnfinished = 2_000;

export interface JobListView {
  /** Newest first, as far down as pages have been read. The same array until a job comes or goes. */
  readonly ids: readonly string[];
  /** How many match: exact up to 10,000, as of the first page. */
  readonly totalCount: number;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** False while what has happened meanwhile is still on its way. */
  readonly isCurrent: boolean;
  readonly error: Error | undefined;
}

/** The jobs that match a filter: pages of what there was, kept up to date by a stream of what happens. */
export interface JobList {
  /** The same object until something changes. */
  get: () => JobListView;
  find: (id: string) => JobRow | undefined;
  /** Whether it still matches. */
  has: (id: string) => boolean;
  /** Calls back at most once a frame. */
  subscribe: (listener: () => void) => () => void;
  /** Reads the next page. */
  loadMore: () => Promise<void>;
  /** Says which jobs are on the screen. */
  show: (ids: readonly string[]) => void;
  close: () => void;
}

export interface JobListOptions {
  /** When listeners are told; in pages with the next frame. */
  frame?: (run: () => void) => void;
  maxWatched?: number;
}

export function createJobList(
  client: Pick<Jobs, 'request' | 'sources'>,
  filter: JobFilter,
  options: JobListOptions = {},
): JobList {
  const { frame = requestAnimationFrame, maxWatched = maxUnfinished } = options;
  const rows = createRows();
  const listeners = new Set<() => void>();
  const controller = new AbortController();
  const { readPage, readNext, countUnfinished } = createPageReader(
    client,
    filter,
    controller.signal,
  );
  let page = { cursor: null as string | null, hasMore: true, totalCount: 0 };
  let lastId = '';
  let isLoading = false;
  let error: Error | undefined;
  let view: JobListView | undefined;
  let shownOf: readonly string[] | undefined;
  let shown: readonly string[] = [];
  let isTelling = false;

  const findBottom = () => lastId;
  const live = createLiveRows({
    client,
    filter,
    rows,
    reread,
    readDown,
    findBottom,
    onChange: tell,
  });

  function tell(): void {
    view = undefined;
    if (isTelling) return;
    isTelling = true;
    frame(() => {
      isTelling = false;
      for (const listener of listeners) listener();
    });
  }

  /** Below the last page that was read there may be others between those that a stream has sent. */
  function cutAtHorizon(): readonly string[] {
    if (!page.hasMore || page.cursor === null) return rows.ids;
    const { ids } = rows;
    if (shownOf === ids) return shown;
    shownOf = ids;
    shown = ids.slice(0, findPlace(ids, lastId) + 1);
    return shown;
  }

  /** Asks whether these are still so. Those that are not found do not match any more. */
  async function reread(ids: readonly string[]): Promise<void> {
    const versions = ids.map((id) => rows.find(id)?.version);
    const { nodes } = await readPage({ ...filter, ids });
    const found = new Set(nodes.map(({ id }) => id));
    for (const [at, id] of ids.entries()) {
      // What has changed since it was asked for has come by the stream.
      if (!found.has(id) && rows.find(id)?.version === versions[at]) rows.remove(id);
    }
    for (const job of nodes) rows.add(job);
    tell();
  }

  async function readDown(id: string, after: string | null): Promise<string | undefined> {
    const { nodes, pageInfo } = await readPage(filter, after);
    for (const job of nodes) rows.add(job);
    tell();
    const isThere = !pageInfo.hasNextPage || nodes.some((job) => job.id <= id);
    return isThere ? undefined : pageInfo.endCursor!;
  }

  async function loadMore(): Promise<void> {
    if (isLoading || !page.hasMore) return;
    const isFirst = page.cursor === null;
    isLoading = true;
    error = undefined;
    tell();
    try {
      const [read, unfinished] = await Promise.all([
        readNext(page.cursor),
        isFirst ? countUnfinished() : 0,
      ]);
      for (const job of read.nodes) rows.add(job);
      lastId = read.nodes.at(-1)?.id ?? lastId;
      shownOf = undefined;
      const { hasNextPage, endCursor } = read.pageInfo;
      page = {
        cursor: endCursor,
        hasMore: hasNextPage,
        totalCount: isFirst ? read.totalCount : page.totalCount,
      };
      if (isFirst) live.start(unfinished > maxWatched ? read.nodes.at(-1) : undefined);
    } catch (error_) {
      if (!controller.signal.aborted) error = error_ as Error;
    }
    isLoading = false;
    tell();
  }

  void loadMore();
  return {
    get: () =>
      (view ??= {
        ids: cutAtHorizon(),
        totalCount: page.totalCount,
        hasMore: page.hasMore,
        isLoading,
        isCurrent: live.isCurrent(),
        error: error ?? live.error(),
      }),
    find: rows.find,
    has: rows.has,
    subscribe: (listener) => {
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    loadMore,
    show: live.show,
    close: () => {
      controller.abort();
      live.close();
    },
  };
}
