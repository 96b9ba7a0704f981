import { resolveCursorConnection } from '@pothos/plugin-relay';
import type { ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import { z } from 'zod';
import type { Video } from '../../db/tables.ts';
import {
  findVideo,
  insertVideo,
  listVideos,
  readVideoCursor,
  toVideoCursor,
} from '../../db/videos.ts';
import { ConflictError, ValidationError } from '../../errors.ts';
import { text } from '../../jobs/input-fields.ts';
import { builder } from '../builder.ts';
import { parseArgument } from '../input.ts';
import { pageCost, usually } from '../limits/list-costs.ts';
import { pageSizes, toPage, withoutStrayCursors } from '../paging.ts';
import { VideoSummaryRef } from './video-summary.ts';
import { VideoRef } from './video-ref.ts';

const newVideoSchema = z.object({
  id: text(128).optional(),
  title: text(500),
  path: text(2_000),
});

function isVideoCursor(cursor: string): boolean {
  return readVideoCursor(cursor) !== undefined;
}

VideoRef.implement({
  description: 'A video that jobs can work on.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'As other systems know it.' }),
    title: t.exposeString('title', { description: 'What people call it.' }),
    path: t.exposeString('path', { description: 'Where the model service finds it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
    summaries: t.field({
      type: [VideoSummaryRef],
      description: 'Every summary that the viewer’s jobs made of it, newest first.',
      complexity: usually.summaries,
      resolve: (video, _args, { loaders }) => loaders.summariesOfVideos.load(video),
    }),
  }),
});

builder.queryField('video', (t) =>
  t.field({
    type: VideoRef,
    nullable: true,
    description: 'Null when there is no such video, or when it is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The video’s id.' }) },
    resolve: (_root, { id }, { db, viewer }) => findVideo(db, viewer, id),
  }),
);

builder.queryField('videos', (t) =>
  t.connection(
    {
      type: VideoRef,
      description: 'The viewer’s videos, newest first.',
      complexity: pageCost,
      resolve: async (_root, args, { db, viewer }) =>
        withoutStrayCursors(
          await resolveCursorConnection(
            { args, toCursor: toVideoCursor, ...pageSizes },
            (cursor: ResolveCursorConnectionArgs) =>
              listVideos(db, viewer, toPage(cursor, isVideoCursor)),
          ),
        ),
    },
    { name: 'VideoConnection', description: 'A page of videos.' },
    { name: 'VideoEdge', description: 'A video, and where it stands in the list.' },
  ),
);

const RegisterVideoInputRef = builder.inputType('RegisterVideoInput', {
  description: 'What `registerVideo` needs to know.',
  fields: (t) => ({
    id: t.id({
      description: 'As other systems know it, for example 0f8fad5bd9cb469f. Made up when absent.',
    }),
    title: t.string({ required: true, description: 'What people call it, up to 500 characters.' }),
    path: t.string({
      required: true,
      description:
        'Where the model service finds it: a path below its media folder, in which nothing is encoded, or an http(s) URL.',
    }),
  }),
});

const RegisterVideoPayloadRef = builder
  .objectRef<{ video: Video }>('RegisterVideoPayload')
  .implement({
    description: 'The video that was registered.',
    fields: (t) => ({
      video: t.expose('video', { type: VideoRef, description: 'The video.' }),
    }),
  });

builder.mutationField('registerVideo', (t) =>
  t.field({
    type: RegisterVideoPayloadRef,
    description: 'Makes a video known, so that jobs can work on it.',
    errors: {
      types: [ValidationError, ConflictError],
      directResult: true,
      union: { name: 'RegisterVideoResult', description: 'The video, or what was wrong.' },
    },
    args: {
      input: t.arg({ type: RegisterVideoInputRef, required: true, description: 'The video.' }),
    },
    resolve: async (_root, args, { db, viewer, mediaPolicy }) => {
      const given = parseArgument('input', newVideoSchema, args.input);
      const refusal = await mediaPolicy.check(given.path);
      if (refusal) throw new ValidationError([{ path: ['input', 'path'], message: refusal }]);
      const video = await insertVideo(db, viewer.owner, given);
      if (!video) throw new ConflictError('A video with this id is registered already.');
      return { video };
    },
  }),
);
