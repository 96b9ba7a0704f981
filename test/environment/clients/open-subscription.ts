import { createCollector } from './collector.ts';
import type { Collector } from './collector.ts';
import { createGraphQLClient } from './graphql-client.ts';
import type { GraphQLAnswer, Transport, Variables } from './graphql-client.ts';
import { openSharedWebSocket } from './shared-websocket.ts';

/** A subscription that the test may close at any moment. */
export interface OpenSubscription<View> {
  /** Values of its one field, in the order of arrival; of a list of jobs, the jobs. */
  views: Collector<View>;
  /** Closes it; throws what has gone wrong until then. */
  leave: () => Promise<void>;
}

export function openSubscription<View>(
  appUrl: string,
  transport: Transport,
  query: string,
  variables: Variables = {},
): OpenSubscription<View> {
  const views = createCollector<View>();
  const socket = transport === 'websocket' ? openSharedWebSocket(appUrl) : undefined;
  const answers = socket
    ? socket.subscribe(query, variables)
    : createGraphQLClient(appUrl).subscribe('sse', query, variables);
  const ended = forward(answers, views);
  ended.catch(() => undefined); // `leave` throws it
  return {
    views,
    leave: async () => {
      await answers.return?.();
      await socket?.[Symbol.asyncDispose]();
      await ended;
    },
  };
}

async function forward<View>(
  answers: AsyncIterable<GraphQLAnswer>,
  { push }: Collector<View>,
): Promise<void> {
  for await (const { data, errors } of answers) {
    if (errors || !data) throw new Error(JSON.stringify(errors));
    for (const value of Object.values(data)) {
      if (!('job' in value)) push(value as View);
      // The event after the present has none.
      else if (value.job) push(value.job as View);
    }
  }
}
