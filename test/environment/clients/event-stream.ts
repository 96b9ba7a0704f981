/** A block of an event stream. A comment, as pings are, has no name. */
export interface ServerEvent {
  name: string | undefined;
  id: string | undefined;
  text: string;
}

/** Posts an operation with the headers given, for what the clients of a protocol do not show. */
export function postOperation(
  appUrl: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${appUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** The blocks of an event stream as they arrive. Who stops reading goes away. */
export async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  for await (const block of splitBody(response, '\n\n')) yield toEvent(block);
}

/** What stands before each separator of an answer's body, as soon as the separator is there; then the rest, if any. */
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
