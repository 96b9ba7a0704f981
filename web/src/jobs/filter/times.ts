const spans = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** A time that somebody has written, as ISO 8601: a date, a date and time, or so long ago, as in `2h`, `7d`. */
export function readTime(text: string, now: number): string | undefined {
  const ago = /^(\d{1,4})([mhdw])$/.exec(text);
  if (ago) return toText(now - Number(ago[1]) * spans[ago[2] as keyof typeof spans]);
  if (text === 'today') return toText(new Date(now).setHours(0, 0, 0, 0));
  // A date alone would be taken as one in UTC; people mean their own midnight.
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  return Number.isNaN(time) || !/^\d{4}-/.test(text) ? undefined : toText(time);
}

function toText(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
