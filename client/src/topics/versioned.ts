import { isSame } from './topic.ts';
import type { Topic } from './topic.ts';

/** One thing that has versions, such as a job. Never goes back to an older one, whatever the order of arrival. */
export function createVersionedTopic<Value extends { version: number }>(
  query: string,
  /** Of the subscription. */
  field: string,
  id: string,
  isFinal: (value: Value) => boolean,
): Topic<Value | undefined> {
  let known: Value | undefined;
  return {
    request: () => ({ query, variables: { id, after: known?.version } }),
    accept: ({ [field]: given }) => {
      const value = given as Value;
      const ahead = value.version - (known?.version ?? value.version);
      // What has no version of its own, such as the place in the queue, may differ at the same version.
      if (ahead >= 0 && !isSame(known, value)) known = value;
      return Math.max(0, ahead);
    },
    read: () => known,
    isOver: () => known !== undefined && isFinal(known),
  };
}
