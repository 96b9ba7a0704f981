import { createRequest, makeOperation } from '@urql/core';
import type { Exchange, Operation, OperationResult } from '@urql/core';
import {
  filter,
  make,
  makeSubject,
  map,
  merge,
  mergeMap,
  pipe,
  share,
  takeUntil,
  tap,
} from 'wonka';
import type { Source } from 'wonka';
import { hearPings } from '../caches/hear-pings.ts';
import { keepUp, planFor } from '../caches/keep-up.ts';
import type { KeepUpOptions } from '../caches/keep-up.ts';
import type { Answer } from '../caches/sink.ts';
import { createNewest } from '../caches/newest.ts';
import { isSame } from '../topics/topic.ts';

/** An answer, and what urql makes of it. */
interface Received extends Answer {
  result: OperationResult;
}

const planOf = ({ query }: Operation) => planFor(query);

/** The operation with other variables, and a key of its own: what ends one connection must not end the subscription. */
function reopen(
  operation: Operation,
  variables: object,
  key: number,
  heard: () => void,
): Operation {
  const { query } = createRequest(planOf(operation).document, variables);
  const send = hearPings(operation.context.fetch);
  const context = {
    ...operation.context,
    fetch: (input: RequestInfo | URL, options?: RequestInit) => send(input, { ...options, heard }),
  };
  return {
    ...makeOperation('subscription', operation, context),
    query,
    variables,
    key,
  } as Operation;
}

/**
 * An exchange for urql, behind `cacheExchange` and before those that send. Subscriptions to jobs are opened again after what
 * came last, however they end, and no answer is older than what came before of a job.
 */
export function jobsExchange(options?: KeepUpOptions): Exchange {
  return ({ forward }) => {
    const toNewest = createNewest();
    const guard = (result: OperationResult): OperationResult => ({
      ...result,
      data: toNewest(result.data as unknown),
    });
    /** What is sent for subscriptions that are followed. */
    const sent = makeSubject<Operation>();
    /** Who is told of the results of a connection, by its key. */
    const connections = new Map<
      number,
      { receive: (result: OperationResult) => void; end: () => void }
    >();
    let keys = 0;
    /** The last results of the queries that are shown: urql's document cache takes nothing from subscriptions. */
    const queries = new Map<number, OperationResult>();
    const renewed = makeSubject<OperationResult>();

    /** Shows in queries what a subscription has said. */
    function renewQueries(): void {
      for (const [key, result] of queries) {
        const newest = guard(result);
        if (isSame(newest.data, result.data)) continue;
        queries.set(key, newest);
        renewed.next(newest);
      }
    }

    /** The results of a subscription, through any number of connections. */
    function follow(operation: Operation): Source<OperationResult> {
      return make<OperationResult>((observer) => {
        let latest: OperationResult | undefined;
        const show = (hasNext: boolean) => {
          if (latest) observer.next({ ...guard(latest), operation, hasNext });
        };
        return keepUp<Received>(
          planOf(operation).resumable!,
          operation.variables as Record<string, unknown>,
          (variables, sink) => {
            const opened = reopen(operation, variables, --keys, sink.heard);
            const receive = (result: OperationResult) => {
              const { error, hasNext } = result;
              const data: unknown = result.data;
              if (error?.networkError) return sink.error();
              // The last value once more, to say that there is no next.
              if (!hasNext && !error) return sink.complete();
              return sink.next({ data, errors: error?.graphQLErrors, result });
            };
            connections.set(opened.key, { receive, end: sink.complete });
            sent.next(opened);
            return () => {
              if (!connections.delete(opened.key)) return;
              // Not in the middle of a result, where urql's fetch would throw.
              setTimeout(() => sent.next(makeOperation('teardown', opened)));
            };
          },
          {
            next: (answer) => {
              latest = answer.result;
              show(true);
              renewQueries();
            },
            complete: () => {
              show(false);
              observer.complete();
            },
          },
          options,
        );
      });
    }

    return (operations$) => {
      const shared$ = share(operations$);
      const isFollowed = (operation: Operation) =>
        operation.kind === 'subscription' && planOf(operation).resumable !== undefined;
      const followed$ = pipe(
        shared$,
        filter(isFollowed),
        mergeMap((operation) => {
          const isEnd = ({ kind, key }: Operation) => kind === 'teardown' && key === operation.key;
          return pipe(follow(operation), takeUntil(pipe(shared$, filter(isEnd))));
        }),
      );
      const others$ = pipe(
        shared$,
        filter((operation) => !isFollowed(operation)),
        // How another exchange says that a connection has ended of which nothing has come.
        tap(({ kind, key }) => {
          if (kind !== 'teardown') return;
          connections.get(key)?.end();
          queries.delete(key);
        }),
        map((operation) =>
          operation.kind === 'teardown'
            ? operation
            : { ...operation, query: planOf(operation).document },
        ),
      );
      const results$ = pipe(
        forward(merge([others$, sent.source])),
        filter((result) => {
          const connection = connections.get(result.operation.key);
          connection?.receive(result);
          return !connection && result.operation.key >= 0;
        }),
        map(guard),
        tap((result) => {
          if (result.operation.kind === 'query') queries.set(result.operation.key, result);
        }),
      );
      return merge([followed$, results$, renewed.source]);
    };
  };
}
