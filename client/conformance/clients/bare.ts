import { documents } from '../client-under-test.ts';
import type { JobShown, LineShown, OpenClient, Stop, Viewer } from '../client-under-test.ts';
import type { OpenProtocol } from './protocols.ts';

/** The library of a protocol alone, without a cache. */
export function openBare(openProtocol: OpenProtocol): OpenClient {
  return (settings) => {
    const client = openProtocol(settings);

    function watch<Shown>(field: string, query: string, id: string, viewer: Viewer<Shown>): Stop {
      return client.subscribe(
        { query, variables: { id } },
        {
          next: ({ data, errors }) => {
            if (errors) viewer.end(errors[0]!.message);
            else viewer.show((data as Record<string, Shown>)[field]!);
          },
          error: (error) => viewer.end(nameOf(error)),
          complete: () => viewer.end('complete'),
        },
      );
    }

    return {
      watchJob: (id, viewer) => watch<JobShown>('jobUpdated', documents.job, id, viewer),
      watchLog: (id, viewer) => watch<LineShown>('jobLogAdded', documents.log, id, viewer),
      async [Symbol.asyncDispose]() {
        client.dispose();
      },
    };
  };
}

/** What a client calls the reason why it has ended. */
export function nameOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  if (Array.isArray(error)) return nameOf(error[0]);
  const { reason, code, message } = (error ?? {}) as {
    reason?: string;
    code?: number;
    message?: string;
  };
  return message || reason || (code === undefined ? 'an error without a name' : `close ${code}`);
}
