import { JobLogAdded } from '../generated/documents.ts';
import type { LogFieldsFragment } from '../generated/types.ts';
import type { Topic } from './topic.ts';

/** What has come of a log. */
export interface JobLog {
  /** In order and without gaps. It grows: a log of 100,000 lines is not copied for each. */
  readonly lines: readonly LogFieldsFragment[];
  readonly count: number;
}

export function createLogTopic(id: string): Topic<JobLog> {
  const lines: LogFieldsFragment[] = [];
  let log: JobLog | undefined;
  /** The last line when a stream ended. */
  let endedAt: number | undefined;
  const last = () => lines.at(-1)?.sequence ?? 0;

  return {
    request: () => ({ query: JobLogAdded, variables: { id, after: last() } }),
    accept: ({ jobLogAdded }) => {
      const line = jobLogAdded as LogFieldsFragment;
      if (line.sequence <= last()) return 0;
      lines.push(line);
      log = undefined;
      return 1;
    },
    read: () => (log ??= { lines, count: lines.length }),
    // The end of a stream may be that of a server: it counts when a second stream has nothing more either.
    isOver: (streamEnded) => {
      const isSecond = streamEnded && endedAt === last();
      if (streamEnded) endedAt = last();
      return isSecond;
    },
  };
}
