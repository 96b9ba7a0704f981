import { beforeAll } from 'vitest';
import type { GraphQLClient } from '../../../test/environment/clients/graphql-client.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../../test/environment/jobs/jobs.ts';

const hourMs = 3_600_000;

/** Jobs that summarize one video, in an app of the calling file. */
export function useSummaries(app: Readonly<{ graphql: GraphQLClient }>) {
  const subjects = {} as Subjects;
  beforeAll(async () => {
    Object.assign(subjects, await createSubjects(app.graphql));
  });

  async function startSummary(options: object = {}): Promise<string> {
    const { id } = await startJob(app.graphql, 'summarizeVideo', subjects, options);
    return id as string;
  }

  return {
    subjects,
    startSummary,
    /** Jobs that wait for an hour, unless they are canceled. */
    startWaiting: (count: number) =>
      Promise.all(Array.from({ length: count }, () => startSummary({ delayMs: hourMs }))),
    cancelJob: (id: string) =>
      app.graphql.request(`mutation ($id: ID!) { cancelJob(id: $id) { __typename } }`, { id }),
  };
}
