import './change-video.ts';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Video } from './table.ts';
import { findVideo, listVideos, readVideoCursor, toVideoCursor } from './queries.ts';
import { fillFormat, registerVideo } from './register.ts';
import { ConflictError, RateLimitedError, ValidationError } from '../../errors.ts';
import type { ValidationIssue } from '../../errors.ts';
import { text } from '../../jobs/input-fields.ts';
import { builder } from '../../graphql/builder.ts';
import { collect } from '../../graphql/input.ts';
import { pageCost } from '../../graphql/policy/list-costs.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { addNode, NodeRef } from '../../graphql/node/node-ref.ts';
import { listsByKey } from '../../graphql/batch-loaders.ts';
import { resolvePage } from '../../graphql/paging.ts';
import { VideoSummaryRef } from '../summary/graphql.ts';
import { listVideoSummariesOfVideos, maxSummaries } from '../summary/queries.ts';
import './media-url.ts';
import { videoByNode, VideoRef } from './video-ref.ts';
import { formatFields, formatNames, listUnknown } from './video-format.ts';
import { payload } from '../../graphql/errors.ts';
import { expectVisible } from '../../graphql/visibility.ts';

const newVideoSchema = z.object({
  id: text(128).optional(),
  title: text(500),
  path: text(2_000),
  ...formatFields,
});

function isVideoCursor(cursor: string): boolean {
  return readVideoCursor(cursor) !== undefined;
}

const summariesOf = defineLoader((db, viewer) =>
  listsByKey({
    list: (videos: readonly Pick<Video, 'owner' | 'id'>[]) =>
      listVideoSummariesOfVideos(db, viewer, videos),
    nameOf: toVideoCursor,
    keyOf: ({ owner, videoId }) => toVideoCursor({ owner, id: videoId }),
    maxLength: maxSummaries,
  }),
);

const unlessKnown = 'null if this server cannot read the file and nobody has said.';

VideoRef.implement({
  description: 'A video that jobs can work on.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('nodeId', {
      description:
        'Unique in the installation. Arguments named `videoId` take this or the `externalId`.',
    }),
    externalId: t.exposeString('id', {
      description: 'Its id in other systems. Two owners may have videos with the same.',
    }),
    title: t.exposeString('title', { description: 'Its title.' }),
    path: t.string({
      description: 'Where the model service finds it. The error FORBIDDEN with a ticket.',
      resolve: ({ path }, _args, { viewer }) =>
        expectVisible(viewer.role === 'ticket' ? undefined : path),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
    width: t.exposeInt('width', { nullable: true, description: `Pixels; ${unlessKnown}` }),
    height: t.exposeInt('height', { nullable: true, description: `Pixels; ${unlessKnown}` }),
    durationSeconds: t.exposeFloat('durationSeconds', {
      nullable: true,
      description: `Its length in seconds; ${unlessKnown}`,
    }),
    frameRate: t.exposeFloat('frameRate', {
      nullable: true,
      description: `Frames a second, on average; ${unlessKnown}`,
    }),
    summaries: t.field({
      type: [VideoSummaryRef],
      description: 'Its summaries that the viewer’s jobs made, newest first.',
      complexity: { multiplier: 10 },
      resolve: (video, _args, context) => summariesOf(context).load(video),
    }),
  }),
});

addNode({
  name: 'Video',
  from: sql`video`,
  id: 'video.nodeId',
  load: (context, { id }) => videoByNode(context).load(id),
});

builder.queryField('video', (t) =>
  t.field({
    type: VideoRef,
    nullable: true,
    description: 'One video; null if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The video’s id, or its `externalId`.' }) },
    resolve: (_root, { id }, { db, viewer }) => findVideo(db, viewer, id),
  }),
);

builder.queryField('videos', (t) =>
  t.connection(
    {
      type: VideoRef,
      description: 'The viewer’s videos, newest first.',
      complexity: pageCost,
      resolve: (_root, args, { db, viewer }) =>
        resolvePage(args, {
          toCursor: toVideoCursor,
          isCursor: isVideoCursor,
          list: (page) => listVideos(db, viewer, page),
        }),
    },
    { name: 'VideoConnection', description: 'A page of videos.' },
    { name: 'VideoEdge', description: 'A video, and where it stands in the list.' },
  ),
);

const ifUnreadable = 'Used if this server cannot read it from the file.';

const RegisterVideoInputRef = builder.inputType('RegisterVideoInput', {
  description: 'The input of `registerVideo`.',
  fields: (t) => ({
    id: t.id({
      description: [
        'Its id in other systems, for example 0f8fad5bd9cb469f: the `externalId`. If absent, it is the same as the generated `id`.',
        'A video that is already registered keeps its ids.',
      ].join(' '),
    }),
    title: t.string({ required: true, description: 'Its title, up to 500 characters.' }),
    path: t.string({
      required: true,
      description:
        'Where the model service finds it: a path below its media folder, without any encoding, or an http(s) URL.',
    }),
    width: t.int({ description: `Pixels. ${ifUnreadable}` }),
    height: t.int({ description: `Pixels. ${ifUnreadable}` }),
    durationSeconds: t.float({ description: `Its length in seconds. ${ifUnreadable}` }),
    frameRate: t.float({ description: `Frames a second. ${ifUnreadable}` }),
  }),
});

const RegisterVideoPayloadRef = builder
  .objectRef<{ video: Video; created: boolean }>('RegisterVideoPayload')
  .implement({
    description: 'The registered video.',
    fields: (t) => ({
      video: t.expose('video', { type: VideoRef, description: 'The video.' }),
      created: t.exposeBoolean('created', {
        description: 'False if an earlier call had registered it.',
      }),
    }),
  });

builder.mutationField('registerVideo', (t) =>
  t.field({
    type: RegisterVideoPayloadRef,
    description: [
      'Registers a video, so that jobs can work on it.',
      'If the viewer has already registered this path, that video is returned with the ids and title that it has; only what was not known of its format is filled in. Use the id that is returned.',
      'ConflictError: another video of the viewer’s has this id.',
      'RateLimitedError: the viewer has the maximum number of videos and personas.',
    ].join('\n'),
    errors: payload('RegisterVideoResult', 'The video, or why it was not registered.', [
      ValidationError,
      ConflictError,
      RateLimitedError,
    ]),
    args: {
      input: t.arg({ type: RegisterVideoInputRef, required: true, description: 'The video.' }),
    },
    resolve: async (_root, args, { db, viewer, mediaPolicy, limits }) => {
      const issues: ValidationIssue[] = [];
      const given = collect(issues, 'input', newVideoSchema, args.input);
      const path = newVideoSchema.shape.path.safeParse(args.input.path);
      const refusal = path.success ? await mediaPolicy.check(path.data) : undefined;
      if (refusal) issues.push({ path: ['input', 'path'], message: refusal });
      if (!given || refusal) throw new ValidationError(issues);
      const { video, created } = await db.transaction().execute(async (trx) => {
        const registered = await registerVideo(trx, viewer.owner, given);
        if (registered.created) await limits.subjects.check(trx, viewer.owner);
        return registered;
      });
      const isKnown = listUnknown(video, formatNames).length === 0;
      // What the file says goes before what the client says.
      const format = isKnown ? undefined : await mediaPolicy.readFormat(video.path);
      const filled = await fillFormat(db, await fillFormat(db, video, format ?? {}), given);
      return { video: filled, created };
    },
  }),
);
