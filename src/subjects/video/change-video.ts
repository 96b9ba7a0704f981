import { z } from 'zod';
import { ConflictError, NotFoundError, RateLimitedError, ValidationError } from '../../errors.ts';
import type { ValidationIssue } from '../../errors.ts';
import { text } from '../../jobs/input-fields.ts';
import { builder } from '../../graphql/builder.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { deletedResults, deletionRules } from '../../graphql/deleted-results.ts';
import { payload } from '../../graphql/errors.ts';
import { collect } from '../../graphql/input.ts';
import { deleteSubject } from '../delete-subject.ts';
import type { DeletedResults } from '../delete-subject.ts';
import { findVideo } from './queries.ts';
import { updateVideo } from './register.ts';
import type { Video } from './table.ts';
import { formatFields, formatNames } from './video-format.ts';
import type { FormatName } from './video-format.ts';
import { VideoRef } from './video-ref.ts';

const changeSchema = z.object({
  title: text(500).optional(),
  path: text(2_000).optional(),
  ...formatFields,
});
type Change = z.output<typeof changeSchema>;

const id = { required: true, description: 'The video’s id, or its `externalId`.' } as const;
const ifUnreadable = 'Used if this server cannot read it from the file.';

const UpdateVideoInputRef = builder.inputType('UpdateVideoInput', {
  description: 'The input of `updateVideo`. What is absent stays as it is.',
  fields: (t) => ({
    title: t.string({ description: 'Its title, up to 500 characters.' }),
    path: t.string({
      description:
        'Where the model service finds it, as in `registerVideo`. With it, even if it is the same, nothing is kept of what was known of the format.',
    }),
    width: t.int({ description: `Pixels. ${ifUnreadable}` }),
    height: t.int({ description: `Pixels. ${ifUnreadable}` }),
    durationSeconds: t.float({ description: `Its length in seconds. ${ifUnreadable}` }),
    frameRate: t.float({ description: `Frames a second. ${ifUnreadable}` }),
  }),
});

const UpdateVideoPayloadRef = builder.objectRef<{ video: Video }>('UpdateVideoPayload').implement({
  description: 'The changed video.',
  fields: (t) => ({ video: t.expose('video', { type: VideoRef, description: 'The video.' }) }),
});

builder.mutationField('updateVideo', (t) =>
  t.field({
    type: UpdateVideoPayloadRef,
    description: [
      'Changes a video. With a path or any of the format, the format is read from the file again. Running jobs go on with what they have read; results stay as they are.',
      'ConflictError: another video of its owner’s has this path.',
      'RateLimitedError: the texts of its owner’s videos and personas are too long.',
    ].join('\n'),
    errors: payload('UpdateVideoResult', 'The video, or why it was not changed.', [
      ValidationError,
      NotFoundError,
      ConflictError,
      RateLimitedError,
    ]),
    args: {
      id: t.arg.id(id),
      input: t.arg({ type: UpdateVideoInputRef, required: true, description: 'What to change.' }),
    },
    resolve: async (_root, args, context) => {
      const { db, mediaPolicy, limits } = context;
      const issues: ValidationIssue[] = [];
      const given = collect(issues, 'input', changeSchema, args.input);
      const path = changeSchema.shape.path.safeParse(args.input.path ?? undefined);
      const refusal = path.data === undefined ? undefined : await mediaPolicy.check(path.data);
      if (refusal) issues.push({ path: ['input', 'path'], message: refusal });
      if (!given || refusal) throw new ValidationError(issues);
      const known = await getVideo(context, args.id);
      const change = { ...given, format: await readFormat(context, known, given) };
      const video = await db.transaction().execute(async (trx) => {
        const changed = await updateVideo(trx, known, change);
        if (changed) await limits.subjects.check(trx, known.owner);
        return changed;
      });
      if (!video) throw new NotFoundError('video', args.id, ['id']);
      return { video };
    },
  }),
);

/** What the file says goes before what the client says, and that before what was known, of the same path. */
async function readFormat(
  { mediaPolicy }: GraphQLContext,
  video: Video,
  given: Change,
): Promise<Record<FormatName, number | null> | undefined> {
  const isGiven = formatNames.some((name) => given[name] !== undefined);
  if (given.path === undefined && !isGiven) return undefined;
  const read = await mediaPolicy.readFormat(given.path ?? video.path);
  const known = given.path === undefined ? video : undefined;
  const entries = formatNames.map((name) => [
    name,
    read?.[name] ?? given[name] ?? known?.[name] ?? null,
  ]);
  return Object.fromEntries(entries) as Record<FormatName, number | null>;
}

async function getVideo({ db, viewer }: GraphQLContext, given: string): Promise<Video> {
  const video = await findVideo(db, viewer, given);
  if (!video) throw new NotFoundError('video', given, ['id']);
  return video;
}

const DeleteVideoPayloadRef = builder
  .objectRef<{ id: string; results: DeletedResults[] }>('DeleteVideoPayload')
  .implement({
    description: 'What was deleted.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The id that the video had.' }),
      results: t.expose('results', deletedResults),
    }),
  });

builder.mutationField('deleteVideo', (t) =>
  t.field({
    type: DeleteVideoPayloadRef,
    description: ['Deletes a video; not its file.', ...deletionRules].join('\n'),
    errors: payload('DeleteVideoResult', 'What was deleted, or why nothing was.', [
      NotFoundError,
      ConflictError,
    ]),
    args: { id: t.arg.id(id) },
    resolve: async (_root, args, context) => {
      const { owner, id, nodeId } = await getVideo(context, args.id);
      const results = await deleteSubject(context.db, { kind: 'video', owner, id });
      context.logger.info({ videoId: nodeId, results }, 'video deleted');
      return { id: nodeId, results };
    },
  }),
);
