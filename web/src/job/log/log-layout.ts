import type { LogLine } from 'fovea-jobs-client';

export const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type Level = (typeof levels)[number];

export interface LogChoice {
  /** The least level that is shown. */
  level: Level;
  /** In lower case; empty for all. */
  search: string;
  newestFirst: boolean;
}

/** What is shown at one place: a line, which is undefined where an attempt begins. */
export interface LogItem {
  attempt: number;
  line: LogLine | undefined;
}

export interface LogLayout {
  items: readonly LogItem[];
  /** In rows, by item, and after the last one the height of all. */
  tops: readonly number[];
  /** Lines that match. */
  count: number;
}

/** The rows that the head of an attempt takes. */
const headRows = 2;

/** Lays the matching lines of a log out in rows of so many characters, by attempt. Heights are known before anything is rendered. */
export function createLogLayout(
  lines: readonly LogLine[],
  { level, search, newestFirst }: LogChoice,
  columns: number,
) {
  const least = levels.indexOf(level);
  const items: LogItem[] = [];
  const tops = [0];
  let count = 0;
  let taken = 0;

  function place(item: LogItem, rows: number): void {
    items.push(item);
    tops.push(tops.at(-1)! + rows);
  }

  function add(line: LogLine): void {
    if (levels.indexOf(line.level) < least) return;
    if (search !== '' && !line.message.toLowerCase().includes(search)) return;
    const { attempt } = line;
    if (items.at(-1)?.attempt !== attempt) place({ attempt, line: undefined }, headRows);
    place({ attempt, line }, countRows(line.message, columns));
    count += 1;
  }

  /** Lays out the first lines of a log that has grown; in their order, only those that are new. */
  return (to: number): LogLayout => {
    if (newestFirst) {
      const turned = lines.slice(0, to).toReversed();
      return createLogLayout(turned, { level, search, newestFirst: false }, columns)(to);
    }
    for (; taken < to; taken += 1) add(lines[taken]!);
    return { items, tops, count };
  };
}

/** The rows that a text takes if it is broken after so many characters. */
export function countRows(text: string, columns: number): number {
  // Most lines are short.
  if (text.length <= columns && !text.includes('\n')) return 1;
  return text
    .split('\n')
    .reduce((rows, part) => rows + Math.max(1, Math.ceil(part.length / columns)), 0);
}

/** The item at a height, by halving. */
export function findItem({ tops, items }: LogLayout, row: number): number {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle]! <= row) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
