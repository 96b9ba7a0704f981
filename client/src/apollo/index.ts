import { ApolloLink } from '@apollo/client';
import { map, Observable } from 'rxjs';
import { createNewest } from '../caches/newest.ts';
export { hearPings } from '../caches/hear-pings.ts';
import { keepUp, planFor } from '../caches/keep-up.ts';
import type { KeepUpOptions } from '../caches/keep-up.ts';

/**
 * A link for Apollo Client 4, before the one that ends the chain. Subscriptions to jobs are opened again after what came last,
 * however they end, and no answer of any operation is older than what the cache has of a job.
 */
export function resumableJobs(options?: KeepUpOptions): ApolloLink {
  const toNewest = createNewest();
  const guard = <Result extends ApolloLink.Result>(result: Result): Result =>
    'data' in result ? { ...result, data: toNewest(result.data) } : result;

  return new ApolloLink((operation, forward) => {
    const { document, resumable } = planFor(operation.query);
    operation.query = document;
    if (!resumable) return forward(operation).pipe(map(guard));
    const { variables } = operation;
    return new Observable<ApolloLink.Result>((observer) =>
      keepUp(
        resumable,
        variables,
        (resumed, sink) => {
          operation.variables = resumed;
          // For `hearPings`, to which HttpLink hands its options.
          operation.setContext(({ fetchOptions }) => ({
            fetchOptions: { ...(fetchOptions as object), heard: sink.heard },
          }));
          const subscription = forward(operation).subscribe(sink as never);
          return () => subscription.unsubscribe();
        },
        {
          next: (answer) => observer.next(guard(answer as ApolloLink.Result)),
          complete: () => observer.complete(),
        },
        options,
      ),
    );
  });
}
