const jsonTypes = ['application/json', 'application/graphql-response+json'] as const;
const streamTypes = ['text/event-stream', 'multipart/mixed'] as const;

export type JsonType = (typeof jsonTypes)[number];
export type StreamType = (typeof streamTypes)[number];

/** A range of an `Accept` header: how much the client likes it, 0 to 1, and where it stands. */
interface Range {
  weight: number;
  place: number;
}

/**
 * What a client that subscribes wants to be answered in; undefined when it names neither. A range for just everything names
 * none: those who send it, as curl does, read one answer.
 */
export function negotiateStream(accept: string | undefined): StreamType | undefined {
  const ranges = readAccept(accept);
  ranges.delete('*/*');
  return choose(streamTypes, ranges)?.type;
}

/** The media type for the result of a query or mutation; a stream only where the client likes that more than any JSON. */
export function negotiateResult(accept: string | undefined): JsonType | StreamType | undefined {
  const ranges = readAccept(accept);
  const json = choose(jsonTypes, ranges);
  const stream = choose(streamTypes, ranges);
  return stream && stream.weight > (json?.weight ?? 0) ? stream.type : json?.type;
}

/** Whether a client wants a page to look at: it likes HTML at least as much as JSON. */
export function wantsPage(accept: string | undefined): boolean {
  const ranges = readAccept(accept);
  const html = ranges.get('text/html')?.weight ?? 0;
  return html > 0 && html >= (choose(jsonTypes, ranges)?.weight ?? 0);
}

/**
 * By media range. Not by the package `negotiator`: it tells no weights, by which a stream is preferred to JSON only where
 * the client says so. Parameters such as `charset` and `subscriptionSpec` narrow nothing: there is one
 * answer of each type.
 */
function readAccept(accept = ''): Map<string, Range> {
  const ranges = new Map<string, Range>();
  for (const [place, text] of (accept.trim() || '*/*').toLowerCase().split(',').entries()) {
    const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
    // Java's HttpURLConnection accepts `*`.
    const name = type === '*' ? '*/*' : type;
    if (!ranges.has(name)) ranges.set(name, { weight: readWeight(parameters), place });
  }
  return ranges;
}

function readWeight(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  if (weight === undefined) return 1;
  const value = Number.parseFloat(weight.slice(weight.indexOf('=') + 1));
  return Number.isNaN(value) ? 1 : value;
}

/** The type that the client likes best, each by the range that fits it best (RFC 9110, 12.5.1); of equals, the one named first. */
function choose<Type extends string>(types: readonly Type[], ranges: ReadonlyMap<string, Range>) {
  const liked = types.flatMap((type) => {
    const kind = `${type.slice(0, type.indexOf('/'))}/*`;
    const range = ranges.get(type) ?? ranges.get(kind) ?? ranges.get('*/*');
    return range && range.weight > 0 ? [{ type, ...range }] : [];
  });
  return liked.toSorted((a, b) => b.weight - a.weight || a.place - b.place)[0];
}
