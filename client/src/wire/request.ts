import { lossOf, LostError } from './loss.ts';
import type { Answer, Endpoint, Request } from './transport.ts';
import type { WireOptions } from './watch.ts';

const json = 'application/json';

/** The headers that say who asks. */
export function authorize(token: string | undefined): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** A query or a mutation. Throws LostError when there is no answer of GraphQL's. */
export async function sendRequest(
  endpoint: Pick<Endpoint, 'url' | 'headers' | 'fetch'>,
  { query, variables }: Request,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await endpoint.fetch(endpoint.url, {
    method: 'POST',
    headers: { ...endpoint.headers, 'content-type': json, accept: json },
    body: JSON.stringify({ query, variables }),
    signal,
  });
  if (response.status === 401 || !response.headers.get('content-type')?.includes('json'))
    throw new LostError(response);
  return (await response.json()) as Answer;
}

/** The same with the token of now; one that ended on the way is asked for once more. Throws a TimeoutError without an answer in time. */
export async function sendWithToken(
  options: Pick<WireOptions, 'url' | 'fetch' | 'token' | 'timeoutMs'>,
  request: Request,
  signal?: AbortSignal,
): Promise<Answer> {
  // Over a half-open connection fetch would wait for minutes.
  const late = AbortSignal.timeout(options.timeoutMs);
  const ends = signal ? AbortSignal.any([signal, late]) : late;
  const send = async () =>
    sendRequest({ ...options, headers: authorize(await options.token()) }, request, ends);
  return send().catch((error: unknown) => {
    if (lossOf(error).reason !== 'unauthorized') throw error;
    return send();
  });
}
