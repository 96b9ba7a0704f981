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

/** An id as Postgres writes it, which also takes it in capitals; undefined for what is no UUID. */
export function toUuid(text: string): string | undefined {
  return isUuid(text) ? text.toLowerCase() : undefined;
}
