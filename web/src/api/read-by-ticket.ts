import { session } from '../session/session.ts';
import { toServerUrl } from './locations.ts';
import { toSubscription } from './to-subscription.ts';

/** What a query of a job would answer, as JSON: a ticket opens no query, but a subscription, whose first event is the job as it is now. */
export async function readByTicket(
  query: string,
  variables: object,
  signal: AbortSignal,
): Promise<string> {
  const response = await fetch(toServerUrl('graphql'), {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${session.get().token}`,
    },
    body: JSON.stringify({ query: toSubscription(query), variables }),
    signal,
  });
  if (!response.ok) return response.text();
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    text += value ?? '';
    const found = /^data: ?(\{.*)\n/m.exec(text);
    if (!found && !done) continue;
    await reader.cancel();
    if (!found) throw new Error(text);
    return found[1]!;
  }
}
