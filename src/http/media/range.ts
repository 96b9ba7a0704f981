import type { IncomingMessage } from 'node:http';

/** Bytes of a file; `end` is the last of them. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What a representation is compared by. */
export interface Validators {
  etag: string;
  /** As in the header of this name. */
  lastModified: string;
}

const oneRange = /^bytes=\s*(?:(\d+)-(\d*)|-(\d+))\s*$/i;

/**
 * The bytes that a request asks for, `unsatisfiable` if the file has none of them, and undefined for the whole file. Several
 * ranges, other units and what is malformed are answered with the whole, as RFC 9110, 14.2 allows. The package `range-parser`
 * takes a suffix that is longer than the file for unsatisfiable.
 */
export function readRange(
  { headers }: IncomingMessage,
  size: number,
  validators: Validators,
): ByteRange | 'unsatisfiable' | undefined {
  const { range = '', 'if-range': ifRange } = headers;
  const [isRange, first, last, suffix] = oneRange.exec(range) ?? [];
  if (isRange === undefined || !isSame(ifRange, validators)) return undefined;
  if (last && Number(last) < Number(first)) return undefined; // malformed
  const start = suffix === undefined ? Number(first) : Math.max(0, size - Number(suffix));
  const end = last ? Math.min(Number(last), size - 1) : size - 1;
  return start > end ? 'unsatisfiable' : { start, end };
}

/** `If-Range` is compared strongly: parts of two files must not be joined. */
function isSame(
  ifRange: string | string[] | undefined,
  { etag, lastModified }: Validators,
): boolean {
  if (ifRange === undefined) return true;
  if (etag.startsWith('W/')) return false;
  return ifRange === etag || ifRange === lastModified;
}

/** Whether the client has the file, by `If-None-Match` or else by `If-Modified-Since`. */
export function isKnown({ headers }: IncomingMessage, { etag, lastModified }: Validators): boolean {
  const { 'if-none-match': tags, 'if-modified-since': since } = headers;
  if (tags !== undefined) return tags.trim() === '*' || tags.includes(etag.replace(/^W\//, ''));
  return since !== undefined && Date.parse(since) >= Date.parse(lastModified);
}
