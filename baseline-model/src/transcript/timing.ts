const timePattern = String.raw`(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,9}))?`;
/** Hours have any number of digits; SRT has a comma before the milliseconds, some programs write a colon. */
const timingPattern = new RegExp(
  String.raw`^\s*${timePattern}\s*-->\s*${timePattern}(?=\s|$)`,
  'u',
);

/** When a cue is shown, in seconds. */
export interface Timing {
  start: number;
  end: number;
}

/** The times of a timing line; `unreadable` if they are invalid, undefined if it is no timing line. */
export function parseTiming(line: string): Timing | 'unreadable' | undefined {
  const arrow = line.indexOf('-->');
  if (arrow === -1) return undefined;
  const found = timingPattern.exec(line);
  if (found) return { start: toSeconds(found.slice(1, 5)), end: toSeconds(found.slice(5, 9)) };
  const head = line.slice(0, arrow).trim();
  const isTime = /^[\d:.,;-]+$/u.test(head) || (/^\d\S*$/u.test(head) && head.includes(':'));
  return isTime ? 'unreadable' : undefined;
}

function toSeconds([hours, minutes, seconds, fraction]: readonly (string | undefined)[]): number {
  const whole = Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds);
  // One number literal, so that 1 s and 250 ms are 1.25 and not the nearest sum.
  return Number(`${whole}.${fraction ?? 0}`);
}
