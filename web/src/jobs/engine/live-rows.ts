import type { JobFilter, Jobs, Source } from 'fovea-jobs-client';
import { createCatchUp } from './catch-up.ts';
import type { CatchUpOptions } from './catch-up.ts';
import { createRowsTopic } from './rows-topic.ts';
import type { JobRow, Rows } from './rows.ts';

/** So long the rows on the screen stay the same before they are watched, in ms. */
const settledMs = 150;

interface Watched {
  source: Source<{ isCurrent: boolean }>;
  stop: () => void;
}

export interface LiveRowsOptions extends CatchUpOptions {
  client: Pick<Jobs, 'sources'>;
  filter: JobFilter;
  rows: Rows;
  /** The id of the last row of the pages that have been read; '' if there is none. */
  findBottom: () => string;
}

export interface LiveRows {
  /** Begins. With `last`, only jobs that are as new are watched, and of older ones those on the screen. */
  start: (last: JobRow | undefined) => void;
  show: (ids: readonly string[]) => void;
  isCurrent: () => boolean;
  error: () => Error | undefined;
  close: () => void;
}

/** Keeps the rows of a list up to date by one stream, or by two where there is too much to be told of. */
export function createLiveRows(options: LiveRowsOptions): LiveRows {
  const { client, filter, rows, onChange } = options;
  // Of this list alone: another one with the same filter has other rows.
  const key = `rows:${Math.random()}`;
  let main: Watched | undefined;
  let onScreen: Watched | undefined;
  let lastId: string | undefined;
  let shown: readonly string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const catchUp = createCatchUp(options);

  function watch(name: string, of: JobFilter, covers: (id: string) => boolean): Watched {
    const source = client.sources.topic(`${key}:${name}`, () =>
      createRowsTopic({
        filter: of,
        rows,
        covers,
        findBottom: options.findBottom,
        listShown: () => shown,
        // What a stream without a cursor has not sent may have ended, and what it never sends may have come and gone.
        onBegin: (floor) => {
          catchUp.reread(rows.ids.filter(covers));
          if (name === 'all') catchUp.refill(floor);
        },
        onMissing: catchUp.reread,
        onGap: catchUp.refill,
      }),
    );
    return { source, stop: source.subscribe(onChange) };
  }

  /** What is older than what the main stream tells of. */
  function watchScreen(): void {
    const older = shown.filter((id) => id < lastId!);
    const before = onScreen;
    const ids = new Set(older);
    onScreen =
      older.length > 0
        ? watch(`screen:${older[0]}:${older.at(-1)}`, { ...filter, ids: older }, (id) =>
            ids.has(id),
          )
        : undefined;
    before?.stop();
  }

  return {
    start: (last) => {
      lastId = last?.id;
      // Times are cut to milliseconds: one earlier includes the job itself.
      const createdAfter = last && new Date(Date.parse(last.createdAt) - 1).toISOString();
      const of = createdAfter ? { ...filter, createdAfter } : filter;
      main = watch('all', of, (id) => lastId === undefined || id >= lastId);
    },
    show: (ids) => {
      shown = ids;
      if (lastId === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(watchScreen, settledMs);
    },
    isCurrent: () => {
      const sources = [main, onScreen].flatMap((watched) => watched?.source ?? []);
      const areCurrent = sources.every((source) => source.get().value.isCurrent);
      return sources.length > 0 && areCurrent && !catchUp.isBusy();
    },
    error: () => main?.source.get().error ?? onScreen?.source.get().error,
    close: () => {
      catchUp.close();
      clearTimeout(timer);
      main?.stop();
      onScreen?.stop();
    },
  };
}
