const jsonTypes = ['application/json', 'application/graphql-response+json'] as const;
const streamTypes = ['text/event-stream', 'multipart/mixed'] as const;

export type JsonType = (typeof jsonTypes)[number];
export type StreamType = (typeof streamTypes)[number];

/** A media range of an `Accept` header: its weight, 0 to 1, and its index. */
interface Range {
  weight: number;
  index: number;
}

/**
 * The media type for a subscription; undefined if the client accepts neither. The range for all media types does not count:
 * clients that send only that, such as curl, read one answer.
 */
export function negotiateStream(accept: string | undefined): StreamType | undefined {
  const ranges = readAccept(accept);
  ranges.delete('*/*');
  return choose(streamTypes, ranges)?.type;
}

/** The media type for the result of a query or mutation; a stream only if the client prefers that to any JSON type. */
export function negotiateResult(accept: string | undefined): JsonType | StreamType | undefined {
  const ranges = readAccept(accept);
  const json = choose(jsonTypes, ranges);
  const stream = choose(streamTypes, ranges);
  return stream && stream.weight > (json?.weight ?? 0) ? stream.type : json?.type;
}

/** Whether a client wants an HTML page: it accepts HTML with at least the weight of JSON. */
export function wantsPage(accept: string | undefined): boolean {
  const ranges = readAccept(accept);
  const html = ranges.get('text/html')?.weight ?? 0;
  return html > 0 && html >= (choose(jsonTypes, ranges)?.weight ?? 0);
}

/**
 * Parses an `Accept` header into its media ranges. The package `negotiator` does not return the weights, which are needed to
 * prefer a stream to JSON only if the client does. Parameters such as `charset` and `subscriptionSpec` are ignored: there is
 * one answer of each type.
 */
function readAccept(accept = ''): Map<string, Range> {
  const ranges = new Map<string, Range>();
  for (const [index, text] of (accept.trim() || '*/*').toLowerCase().split(',').entries()) {
    const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
    // Java's HttpURLConnection accepts `*`.
    const name = type === '*' ? '*/*' : type;
    if (!ranges.has(name)) ranges.set(name, { weight: readWeight(parameters), index });
  }
  return ranges;
}

function readWeight(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  if (weight === undefined) return 1;
  const value = Number.parseFloat(weight.slice(weight.indexOf('=') + 1));
  return Number.isNaN(value) ? 1 : value;
}

/** The type of the highest weight, each by its most specific range (RFC 9110, 12.5.1); of equals, the one named first. */
function choose<Type extends string>(types: readonly Type[], ranges: ReadonlyMap<string, Range>) {
  const accepted = types.flatMap((type) => {
    const kind = `${type.slice(0, type.indexOf('/'))}/*`;
    const range = ranges.get(type) ?? ranges.get(kind) ?? ranges.get('*/*');
    return range && range.weight > 0 ? [{ type, ...range }] : [];
  });
  return accepted.toSorted((a, b) => b.weight - a.weight || a.index - b.index)[0];
}
