import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { jobsExchange } from '../../src/urql/index.ts';
import { documents } from '../client-under-test.ts';
import type { JobShown, LineShown, OpenClient, Stop, Viewer } from '../client-under-test.ts';
import { createFetch } from './protocols.ts';
import type { OpenProtocol, Operation } from './protocols.ts';

/** urql with server-sent events by fetch, or with another protocol's library, and with our exchange or without. */
export function openUrql(
  openProtocol: OpenProtocol | undefined,
  { resumes }: { resumes: boolean },
): OpenClient {
  return (settings) => {
    const protocol = openProtocol?.(settings);
    const forward = protocol && [
      subscriptionExchange({
        forwardSubscription: (operation) => ({
          subscribe: (sink) => ({
            unsubscribe: protocol.subscribe(operation as Operation, sink as never),
          }),
        }),
      }),
    ];
    const options = {
      pingMs: settings.pingMs,
      ...(protocol?.terminate && { terminate: protocol.terminate }),
    };
    const client = new Client({
      url: settings.url,
      fetch: createFetch(settings.token),
      fetchSubscriptions: !protocol,
      exchanges: [
        cacheExchange({}),
        ...(resumes ? [jobsExchange(options)] : []),
        fetchExchange,
        ...(forward ?? []),
      ],
    });
    const viewers = new Map<string, Viewer<JobShown>>();
    const queries: Stop[] = [];

    function watch<Shown>(field: string, query: string, id: string, viewer: Viewer<Shown>): Stop {
      const watching = client
        .subscription<Record<string, Shown>>(query, { id })
        .subscribe(({ data, error, hasNext }) => {
          if (error) viewer.end(error.message);
          // urql repeats its last value to say that there is no next.
          else if (hasNext && data) viewer.show(data[field]!);
          if (!hasNext) viewer.end('complete');
        });
      return () => watching.unsubscribe();
    }

    return {
      watchJob: (id, viewer) => {
        viewers.set(id, viewer);
        return watch('jobUpdated', documents.job, id, viewer);
      },
      watchLog: (id, viewer) => watch<LineShown>('jobLogAdded', documents.log, id, viewer),
      readJob: async (id) => {
        const watching = client
          .query<{ job: JobShown }>(documents.query, { id }, { requestPolicy: 'network-only' })
          .subscribe(({ data }) => data && viewers.get(id)?.show(data.job));
        queries.push(() => watching.unsubscribe());
      },
      async [Symbol.asyncDispose]() {
        for (const stop of queries) stop();
        protocol?.dispose();
      },
    };
  };
}
