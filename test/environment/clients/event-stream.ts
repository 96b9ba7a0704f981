/** A block of an event stream; one without a name is a comment, such as a ping. */
export interface ServerEvent {
  name: string | undefined;
  id: string | undefined;
  text: string;
}

/** Posts an operation with these headers. */
export function postOperation(
  appUrl: string,
  body: object,
  headers: Record<string, string> = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  return fetch(`${appUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal,
  });
}

/** The blocks of an event stream as they arrive. Leaving the loop closes the connection. */
export async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  for await (const block of splitBody(response, '\n\n')) yield toEvent(block);
}

/** Splits a response's body: each piece as soon as its separator has arrived, then the rest, if any. */
export async function* splitBody(response: Response, separator: string): AsyncGenerator<string> {
  let rest = '';
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split(separator);
    rest = parts.pop()!;
    yield* parts;
  }
  if (rest !== '') yield rest;
}

function toEvent(block: string): ServerEvent {
  const lines = block.split('\n');
  const find = (field: string) =>
    lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2);
  return { name: find('event'), id: find('id'), text: find('data') ?? '' };
}
