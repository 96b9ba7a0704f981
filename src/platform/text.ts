import { validate as isUuid } from 'uuid';

/** Whether Postgres can store a text: no NUL, and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** The text, cut to a length, with a replacement character for each character that Postgres cannot store. */
export function toStorable(text: string, maxLength: number): string {
  // Cut first: that may halve a surrogate pair.
  return text.slice(0, maxLength).toWellFormed().replaceAll('\0', '\ufffd');
}

/** Control characters, spaces and marks without a width, as both JavaScript and Postgres write them between brackets. */
const blanks = String.raw`\u0001-\u0020\u007f-\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff`;
/** Matches a text with at least one visible character, in JavaScript and in Postgres. */
export const visiblePattern = `[^${blanks}]`;
const visible = new RegExp(visiblePattern, 'u');

/** Whether a text has no visible character. */
export function isBlank(text: string): boolean {
  return !visible.test(text);
}

/** A UUID in lower case, as Postgres writes it; undefined if the text is not a UUID. */
export function toUuid(text: string): string | undefined {
  return isUuid(text) ? text.toLowerCase() : undefined;
}

/** `1 job`, `2 jobs`. */
export function pluralize(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
