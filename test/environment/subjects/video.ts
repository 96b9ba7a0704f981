import { summaryFields } from './summary.ts';
import { failure } from './test-subject.ts';
import type { Action, Ids, TestSubject } from './test-subject.ts';

const videoFields = `id externalId title path createdAt summaries { ${summaryFields} } transcript { id text }
  detections { id query counts { label } frames { detections { label } } }`;

function byEitherId({ selection, ...more }: { selection: string; input?: object }): Action[] {
  const by = (name: keyof Ids): Action => ({
    circle: 'viewers',
    selection,
    variables: (ids) => ({ id: ids[name], ...more }),
  });
  return [by('videoId'), by('videoNodeId')];
}

export const video: TestSubject = {
  actions: {
    video: [
      { circle: 'viewers', selection: videoFields, variables: ({ videoId }) => ({ id: videoId }) },
      {
        circle: 'viewers',
        selection: videoFields,
        variables: ({ videoNodeId }) => ({ id: videoNodeId }),
      },
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
    updateVideo: byEitherId({
      selection: `${failure} ... on UpdateVideoPayload { video { ${videoFields} } }`,
      input: { title: 'Changed' },
    }),
    deleteVideo: byEitherId({
      selection: `${failure} ... on DeleteVideoPayload { id results { type count } }`,
    }),
  },
};
