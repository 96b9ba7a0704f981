import { createJobs } from '../../src/index.ts';
import type { Snapshot, Source, TransportName } from '../../src/index.ts';
import type {
  ClientUnderTest,
  ClientSettings,
  OpenClient,
  Stop,
  Viewer,
} from '../client-under-test.ts';

/** Our client, with these transports. */
export function openOurs(...transports: TransportName[]): OpenClient {
  return ({ url, token, pingMs }: ClientSettings): ClientUnderTest => {
    const jobs = createJobs({ url, token, pingMs, transports });

    /** Shows what a source says, each time that it says something else. */
    function follow<Value>(
      source: Source<Value>,
      show: (value: NonNullable<Value>) => void,
      end: Viewer<unknown>['end'],
    ): Stop {
      let last: Snapshot<Value> | undefined;
      const tell = () => {
        const snapshot = source.get();
        if (snapshot.value != null && snapshot.value !== last?.value) show(snapshot.value);
        if (snapshot.error && snapshot.error !== last?.error) end(snapshot.error.message);
        if (snapshot.isOver && !last?.isOver) end('complete');
        last = snapshot;
      };
      return source.subscribe(tell);
    }

    return {
      watchJob: (id, { show, end }) => follow(jobs.sources.job(id), show, end),
      watchLog: (id, { show, end }) => {
        let next = 0;
        const showNew = ({ lines }: { lines: readonly { sequence: number }[] }) => {
          for (; next < lines.length; next += 1) show(lines[next]!);
        };
        return follow(jobs.sources.logs(id), showNew, end);
      },
      watchList: (tag, { show, end }) =>
        follow(
          jobs.sources.jobs({ tags: [tag] }),
          ({ jobs: rows, isCurrent }) => isCurrent && show(rows),
          end,
        ),
      readJob: (id) => jobs.request(`query ($id: ID!) { job(id: $id) { id version } }`, { id }),
      describe: () => JSON.stringify(jobs.wire.get()),
      async [Symbol.asyncDispose]() {
        jobs.close();
      },
    };
  };
}
