import { inspect } from 'node:util';
import { z } from 'zod';

/** Characters of what a service says of an error that go into the log. */
const maxDetailLength = 500;
/** Before its echoes of the request are taken out: each of them takes a search through the whole. */
const maxSearchedLength = 4_000;
/** Characters of it that a client reads, and how many of pydantic's faults. */
const maxQuotedLength = 200;
const maxQuotedFaults = 5;
/** A text of the request that is shorter may stand in any sentence. */
const shortestEcho = 6;
/** So much of the beginning of a longer one gives it away: services cut what they quote. */
const echoHeadLength = 16;

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Pydantic's faults without the input that they echo. */
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

/** The faults that pydantic found in a request; none where the detail is something else. */
export function readFaults(detail: unknown): Fault[] {
  return faultsSchema.safeParse(detail).data ?? [];
}

/** The detail in one line for the log: without secrets, and without what the request said. */
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
  // However deep it is: JSON.stringify throws where its stack ends.
  return inspect(detail, { breakLength: Infinity, maxArrayLength: 20 });
}

/** The detail as what a client may read after a colon; undefined where it may not. */
export function quoteDetail(detail: unknown, request: unknown, redact: Redact): string | undefined {
  const faults = readFaults(detail);
  if (faults.length > 0) return quoteFaults(faults, redact);
  if (typeof detail !== 'string') return undefined;
  const text = redact(detail.slice(0, maxSearchedLength)).trim();
  // What a path or a prompt makes unfit may be fit without it.
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

/** Names of exceptions, and what only an operator can set right. */
const operatorsWords =
  /\b\w*(Error|Exception)\b|\bTraceback\b|\bapi[ _-]?key\b|\w_KEY\b|\bcredential|\bnot (configured|initialized|installed)\b/i;

/** Short, of one line, without anything that could be part of a path or URL, and about the caller's input. */
function isQuotable(text: string): boolean {
  return (
    text.length <= maxQuotedLength &&
    /^[^/\\\p{Cc}]+$/u.test(text) &&
    /[\p{L}\p{N}]/u.test(text) &&
    !operatorsWords.test(text)
  );
}

/** Puts the names of fields in the place of what the request has in them, as a whole or as its beginning. */
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

/** The texts of a request with the names of their fields; ids are for the log, and file names are as telling as paths. */
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
