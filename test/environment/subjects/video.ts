import { summaryFields } from './summary.ts';
import { failure } from './test-subject.ts';
import type { TestSubject } from './test-subject.ts';

const videoFields = `id title path createdAt summaries { ${summaryFields} }
  detections { id query counts { label } frames { detections { label } } }`;

export const video: TestSubject = {
  actions: {
    video: [
      { circle: 'viewers', selection: videoFields, variables: ({ videoId }) => ({ id: videoId }) },
    ],
    videos: [
      { circle: 'viewers', selection: `edges { cursor node { ${videoFields} } }` },
      {
        circle: 'everybody',
        selection: `edges { node { ${videoFields} } } pageInfo { startCursor hasPreviousPage }`,
        variables: ({ videoCursor }) => ({ first: 50, after: videoCursor }),
        shows: '"edges"',
      },
      {
        circle: 'everybody',
        selection: `edges { node { ${videoFields} } } pageInfo { endCursor hasNextPage }`,
        variables: ({ videoCursor }) => ({ last: 50, before: videoCursor }),
        shows: '"edges"',
      },
    ],
    registerVideo: [
      {
        circle: 'everybody',
        selection: `${failure} ... on RegisterVideoPayload { video { title } }`,
        variables: ({ videoId }) => ({ input: { id: videoId, title: 'Mine', path: 'mine.mp4' } }),
        shows: 'Register',
      },
    ],
  },
};
