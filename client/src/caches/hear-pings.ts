/** Options of a request, with who is told of its answer. */
export interface HeardRequest extends RequestInit {
  heard?: () => void;
}

/** A fetch that says whenever something of an answer comes: a client takes the pings away from its links and exchanges. */
export function hearPings(
  send?: typeof fetch,
): (input: RequestInfo | URL, options?: HeardRequest) => Promise<Response> {
  return async (input, { heard, ...options } = {}) => {
    const response = await (send ?? fetch)(input, options);
    if (!heard || !response.body) return response;
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          heard();
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(body, response);
  };
}
