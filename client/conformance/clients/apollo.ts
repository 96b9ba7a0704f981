import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { OperationTypeNode, print } from 'graphql';
import { Observable } from 'rxjs';
import { resumableJobs } from '../../src/apollo/index.ts';
import { documents } from '../client-under-test.ts';
import type { JobShown, LineShown, OpenClient, Stop, Viewer } from '../client-under-test.ts';
import { nameOf } from './bare.ts';
import { createFetch } from './protocols.ts';
import type { OpenProtocol, ProtocolClient } from './protocols.ts';

/** Apollo Client with its own protocol over HTTP, or with another one's library, and with our link or without. */
export function openApollo(
  openProtocol: OpenProtocol | undefined,
  { resumes }: { resumes: boolean },
): OpenClient {
  return (settings) => {
    const http = new HttpLink({ uri: settings.url, fetch: createFetch(settings.token) });
    const protocol = openProtocol?.(settings);
    const isSubscription = ({ operationType }: ApolloLink.Operation) =>
      operationType === OperationTypeNode.SUBSCRIPTION;
    const last = protocol ? ApolloLink.split(isSubscription, toLink(protocol), http) : http;
    const options = {
      pingMs: settings.pingMs,
      ...(protocol?.terminate && { terminate: protocol.terminate }),
    };
    const client = new ApolloClient({
      link: resumes ? ApolloLink.from([resumableJobs(options), last]) : last,
      cache: new InMemoryCache(),
    });
    const viewers = new Map<string, Viewer<JobShown>>();

    function watch<Shown>(field: string, query: string, id: string, viewer: Viewer<Shown>): Stop {
      const watching = client
        .subscribe<Record<string, Shown>>({
          query: gql(query),
          variables: { id },
        })
        .subscribe({
          next: ({ data, error }) => {
            if (error) viewer.end(error.message);
            else if (data) viewer.show(data[field]!);
          },
          error: (error) => viewer.end(nameOf(error)),
          complete: () => viewer.end('complete'),
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
        const query = client.watchQuery<{ job: JobShown }>({
          query: gql(documents.query),
          variables: { id },
        });
        query.subscribe(({ data, dataState }) => {
          if (dataState === 'complete') viewers.get(id)?.show(data.job);
        });
      },
      async [Symbol.asyncDispose]() {
        client.stop();
        protocol?.dispose();
      },
    };
  };
}

function toLink({ subscribe }: ProtocolClient): ApolloLink {
  return new ApolloLink(
    ({ query, variables }) =>
      new Observable<ApolloLink.Result>((observer) =>
        subscribe(
          { query: print(query), variables },
          {
            next: (answer) => observer.next(answer as ApolloLink.Result),
            error: (error) => observer.error(error),
            complete: () => observer.complete(),
          },
        ),
      ),
  );
}
