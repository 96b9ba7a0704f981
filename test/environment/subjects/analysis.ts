import { failure, idempotencyConflict } from './test-subject.ts';
import type { TestSubject } from './test-subject.ts';

/** The pipeline of all jobs. */
export const analysis: TestSubject = {
  actions: {
    analyzeVideo: [
      {
        circle: 'owner',
        selection: `${failure} ${idempotencyConflict} ... on AnalyzeVideoPayload { created pipeline { jobs { owner } } }`,
        variables: ({ videoId, personaId, idempotencyKey, jobId }) => ({
          input: { videoId, personaId },
          options: { idempotencyKey: `${idempotencyKey}-4`, basedOn: jobId },
        }),
      },
    ],
  },
};
