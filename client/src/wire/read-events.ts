interface ServerSentEvent {
  event: string;
  data: string;
}

/** The events of a stream in the form that GraphQL servers use: one line of data each. Calls `onBytes` for pings too. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<ServerSentEvent> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as never)
    .getReader() as ReadableStreamDefaultReader<string>;
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    onBytes();
    // What is complete ends with an empty line; the rest has none, so that it is not searched again for each piece.
    const end = value.lastIndexOf('\n\n');
    if (end < 0 && !(rest.endsWith('\n') && value.startsWith('\n'))) {
      rest += value;
      continue;
    }
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const event = { event: '', data: '' };
      for (const line of block.split('\n')) {
        const colon = line.indexOf(':');
        const name = line.slice(0, colon);
        if (name === 'event' || name === 'data') event[name] = line.slice(colon + 1).trimStart();
      }
      if (event.event) yield event;
    }
  }
}
