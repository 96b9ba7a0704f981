import { listNewestJobs } from '../../subjects/summary/newest-jobs.ts';
import type { VideoKey } from '../../subjects/summary/newest-jobs.ts';
import { toVideoCursor } from '../../subjects/video/queries.ts';
import { VideoRef } from '../../subjects/video/video-ref.ts';
import { listsByKey } from '../batch-loaders.ts';
import { builder } from '../builder.ts';
import { defineLoader } from '../loaders.ts';
import { JobRef } from './job.ts';

const newestJobOf = defineLoader((db, viewer) =>
  listsByKey({
    list: (videos: readonly VideoKey[]) => listNewestJobs(db, viewer, videos),
    nameOf: toVideoCursor,
    keyOf: ({ owner, videoId }) => toVideoCursor({ owner, id: videoId }),
    maxLength: 1,
  }),
);

builder.objectField(VideoRef, 'newestJob', (t) =>
  t.field({
    type: JobRef,
    nullable: true,
    description:
      'The job about it, or about summaries of it, that was accepted last; null if there is none that the viewer may see. For all of them: `jobs` with `videoId`.',
    resolve: async (video, _args, context) => (await newestJobOf(context).load(video))[0],
  }),
);
