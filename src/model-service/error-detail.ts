import { inspect } from 'node:util';
import { z } from 'zod';

/** Maximum characters of a detail in the log. */
const maxDetailLength = 500;
/** A longer detail is cut before echoes of the request are masked, as each needs a search of the whole text. */
const maxSearchedLength = 4_000;
/** Maximum characters of a detail for a client, and maximum faults of pydantic. */
const maxQuotedLength = 200;
const maxQuotedFaults = 5;
/** Shorter texts of the request occur in any sentence, so they are not masked. */
const shortestEcho = 6;
/** Services cut what they quote, so this prefix of a longer text is enough to mask it. */
const echoHeadLength = 16;

/** Removes secrets from a text. */
export type Redact = (text: string) => string;

/** Pydantic's faults, without the input that they repeat. */
const faultsSchema = z
  .array(
    z.object({
      type: z.string().optional(),
      loc: z.array(z.union([z.string(), z.number()])),
      msg: z.string(),
    }),
  )
  .min(1);
export type Fault = z.output<typeof faultsSchema>[number];

/** The faults that pydantic found in a request; none if the detail is something else. */
export function readFaults(detail: unknown): Fault[] {
  return faultsSchema.safeParse(detail).data ?? [];
}

/** The detail in one line for the log, without secrets and without texts of the request. */
export function describeDetail(
  detail: unknown,
  request: unknown,
  redact: Redact,
): string | undefined {
  const text = toText(detail);
  if (text === undefined) return undefined;
  const masked = maskEchoes(redact(text).slice(0, maxSearchedLength), request);
  const line = masked.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > maxDetailLength ? `${line.slice(0, maxDetailLength - 1)}…` : line;
}

function toText(detail: unknown): string | undefined {
  if (detail === undefined || detail === null) return undefined;
  const faults = readFaults(detail);
  if (faults.length > 0) return faults.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ');
  if (typeof detail === 'string') return detail;
  // JSON.stringify overflows the stack on deep values.
  return inspect(detail, { breakLength: Infinity, maxArrayLength: 20 });
}

/** The detail as a client may read it after a colon; undefined if it may not. */
export function quoteDetail(detail: unknown, request: unknown, redact: Redact): string | undefined {
  const faults = readFaults(detail);
  if (faults.length > 0) return quoteFaults(faults, redact);
  if (typeof detail !== 'string') return undefined;
  const text = redact(detail.slice(0, maxSearchedLength)).trim();
  // A text with a path or prompt may be quotable once that is masked.
  const quote = [text, maskEchoes(text, request)].find(isQuotable);
  return quote?.replace(/[.\s]+$/, '');
}

function quoteFaults(faults: readonly Fault[], redact: Redact): string {
  const quoted = faults.slice(0, maxQuotedFaults).map(({ loc, msg }) => {
    const field = loc.map((part) => (/^[\w-]{1,64}$/.test(String(part)) ? part : '?')).join('.');
    return isQuotable(msg) ? `${field}: ${redact(msg)}` : field;
  });
  return quoted.join('; ');
}

/** Exceptions, and problems that only an operator can fix. */
const operatorOnly =
  /\b\w*(Error|Exception)\b|\bTraceback\b|\bapi[ _-]?key\b|\w_KEY\b|\bcredential|\bnot (configured|initialized|installed)\b/i;

/** Whether a text is short, one line, free of paths and URLs, and about the input. */
function isQuotable(text: string): boolean {
  return (
    text.length <= maxQuotedLength &&
    /^[^/\\\p{Cc}]+$/u.test(text) &&
    /[\p{L}\p{N}]/u.test(text) &&
    !operatorOnly.test(text)
  );
}

/** Replaces texts of the request, or their prefixes, by the names of their fields. */
function maskEchoes(text: string, request: unknown): string {
  return listTexts(request).reduce((rest, [name, value]) => maskEcho(rest, value, name), text);
}

function maskEcho(text: string, value: string, name: string): string {
  const head = value.slice(0, echoHeadLength);
  let masked = '';
  let from = 0;
  for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, from)) {
    let length = head.length;
    while (length < value.length && text[at + length] === value[length]) length += 1;
    masked += `${text.slice(from, at)}[${name}]`;
    from = at + length;
  }
  return masked + text.slice(from);
}

/** The texts of a request with the names of their fields. Ids may be logged; file names reveal as much as paths. */
function listTexts(value: unknown, name = ''): [name: string, text: string][] {
  if (typeof value === 'string') {
    const texts = name.endsWith('path') ? [value, value.split(/[/\\]/).at(-1)!] : [value];
    return name.endsWith('id')
      ? []
      : texts.filter((text) => text.length >= shortestEcho).map((text) => [name, text]);
  }
  if (Array.isArray(value)) return value.flatMap((item) => listTexts(item, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => listTexts(item, key));
}
