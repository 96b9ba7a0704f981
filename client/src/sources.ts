import type { Jobs } from './jobs.ts';
import { toStableJson } from './run/submissions.ts';
import { createSource } from './source.ts';
import type { Source } from './source.ts';
import { createBatchTopic } from './topics/batch.ts';
import { createJobListTopic } from './topics/job-list.ts';
import { createJobTopic } from './topics/job.ts';
import { createLogTopic } from './topics/log.ts';
import { createQueuesTopic } from './topics/queues.ts';
import type { Topic } from './topics/topic.ts';
import type { Wire } from './wire/watch.ts';

/** What can be watched: the same source for the same argument, compared by value. */
export function createSources(wire: Wire): Jobs['sources'] {
  const known = new Map<string, Source<unknown>>();
  function topic<Value>(key: string, createTopic: () => Topic<Value>): Source<Value> {
    const shared = known.get(key) as Source<Value> | undefined;
    if (shared) return shared;
    const made = createSource(wire, createTopic(), () => {
      if (known.get(key) === made) known.delete(key);
    });
    known.set(key, made);
    return made;
  }
  const share =
    <Argument, Value>(name: string, createTopic: (argument: Argument) => Topic<Value>) =>
    (argument?: Argument): Source<Value> =>
      topic(name + toStableJson(argument), () => createTopic(argument as Argument));
  return {
    job: share('job', createJobTopic),
    jobs: share('jobs', createJobListTopic),
    logs: share('logs', createLogTopic),
    batch: share('batch', createBatchTopic),
    queues: share('queues', createQueuesTopic),
    topic,
  };
}
