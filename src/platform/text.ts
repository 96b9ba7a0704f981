import { validate as isUuid } from 'uuid';

/** Whether Postgres can hold a text: no NUL, and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** The text, cut to a length, with a replacement character for each that Postgres cannot hold. */
export function toStorable(text: string, maxLength: number): string {
  // Cut first: that may halve a surrogate pair.
  return text.slice(0, maxLength).toWellFormed().replaceAll('\0', '\ufffd');
}

/** Control characters, spaces and marks without a width, as both JavaScript and Postgres write them between brackets. */
const blanks = String.raw`\u0001-\u0020\u007f-\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff`;
/** Matches a text that says something. */
export const visiblePattern = `[^${blanks}]`;
const visible = new RegExp(visiblePattern, 'u');

/** Whether there is nothing to read in a text. */
export function isBlank(text: string): boolean {
  return !visible.test(text);
}

/** An id as Postgres writes it, which also takes it in capitals; undefined for what is no UUID. */
export function toUuid(text: string): string | undefined {
  return isUuid(text) ? text.toLowerCase() : undefined;
}

/** `1 job`, `2 jobs`. */
export function pluralize(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
