export interface Span {
  /** In ms since 1970. */
  from: number;
  to: number;
}

/** A stretch of the axis that is drawn shorter than it was. */
export interface Fold extends Span {
  /** Shares of the axis, 0 to 1. */
  start: number;
  end: number;
}

export interface TimeScale {
  /** Where a time is on the axis, 0 to 1. */
  place: (time: number) => number;
  folds: readonly Fold[];
}

/** A fold takes this share of the axis. */
const foldShare = 0.06;
/** Idle time is folded if it takes more than this share of the axis. */
const longIdle = 0.25;

/** Lays a time out on an axis. With `fold`, long stretches without work take little of it. */
export function createTimeScale(whole: Span, busy: readonly Span[], fold: boolean): TimeScale {
  const length = Math.max(1, whole.to - whole.from);
  const idle = fold ? listIdle(whole, busy) : [];
  const long = idle.filter(({ from, to }) => to - from > longIdle * length);
  const folded = long.reduce((sum, { from, to }) => sum + (to - from), 0);
  // Of nothing but idle time, there is nothing to make room for.
  if (folded >= length) return createTimeScale(whole, busy, false);
  const rate = (1 - long.length * foldShare) / (length - folded);

  function place(time: number): number {
    let at = 0;
    let cursor = whole.from;
    for (const { from, to } of long) {
      if (time <= from) break;
      at += (from - cursor) * rate;
      at += (Math.min(1, (time - from) / (to - from)) || 0) * foldShare;
      cursor = Math.min(to, time);
    }
    return clamp(at + Math.max(0, time - cursor) * rate);
  }

  return {
    place,
    folds: long.map((span) => ({ ...span, start: place(span.from), end: place(span.to) })),
  };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** The stretches of `whole` in which nothing is busy; `busy` is in order of its begins. */
function listIdle(whole: Span, busy: readonly Span[]): Span[] {
  const idle: Span[] = [];
  let cursor = whole.from;
  for (const { from, to } of busy) {
    if (from > cursor) idle.push({ from: cursor, to: from });
    cursor = Math.max(cursor, to);
  }
  if (cursor < whole.to) idle.push({ from: cursor, to: whole.to });
  return idle;
}
