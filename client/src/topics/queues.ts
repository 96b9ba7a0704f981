import { QueuesUpdated } from '../generated/documents.ts';
import type { QueueFieldsFragment } from '../generated/types.ts';
import { isSame } from './topic.ts';
import type { Topic } from './topic.ts';

/** The figures of all queues. */
export function createQueuesTopic(): Topic<readonly QueueFieldsFragment[] | undefined> {
  let known: readonly QueueFieldsFragment[] | undefined;
  return {
    request: () => ({ query: QueuesUpdated, variables: {} }),
    accept: ({ queuesUpdated }) => {
      const news = queuesUpdated as readonly QueueFieldsFragment[];
      if (!isSame(known, news)) known = news;
      return 0;
    },
    read: () => known,
    isOver: () => false,
  };
}
