import { builder } from '../../graphql/builder.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { addNode, NodeRef, tableOf } from '../../graphql/node/node-ref.ts';
import { expectVisible } from '../../graphql/visibility.ts';
import { toUuid } from '../../platform/text.ts';
import { textCosts, VideoSummaryRef } from '../summary/graphql.ts';
import { videoByKey, VideoRef } from '../video/video-ref.ts';
import {
  descriptionOfSummary,
  newestTranscriptOf,
  segmentsOf,
  textOf,
  transcriptOfSummary,
} from './loaders.ts';
import { listTranscriptsById } from './queries.ts';
import type { Transcript } from './queries.ts';
import { SegmentRef, segmentCost, segmentPages, transcriptCost } from './segment-type.ts';

/** The transcript of a summary has an id that no other object has, for caches that know objects by their ids alone. */
const summaryPrefix = 'summary-';

const TranscriptRef = builder.objectRef<Transcript>('Transcript').implement({
  description:
    'What is said in a video, made by one job: by `transcribeVideo`, or by `summarizeVideo` with audio. Later jobs replace none.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({
      description: `Never changes. That of a summary’s transcript is \`${summaryPrefix}\` and the summary’s id.`,
      resolve: ({ id, isOfSummary }) => (isOfSummary ? `${summaryPrefix}${id}` : id),
    }),
    video: t.field({
      type: VideoRef,
      description: 'The video.',
      resolve: async ({ owner, videoId }, _args, context) =>
        expectVisible(await videoByKey(context).load({ owner, id: videoId })),
    }),
    language: t.exposeString('language', {
      nullable: true,
      description: 'The language, as the model service names it, such as `en`; null if unknown.',
    }),
    durationSeconds: t.exposeFloat('durationSeconds', {
      nullable: true,
      description:
        'Length of the audio track in seconds, as the model service measured it; null if it did not say, and of a summary’s transcript.',
    }),
    segmentCount: t.int({
      complexity: transcriptCost,
      description: 'Number of segments: 0 to 100,000.',
      resolve: async ({ id, segmentCount }, _args, context) =>
        segmentCount ?? (await descriptionOfSummary(context).load(id)).segmentCount,
    }),
    speakers: t.stringList({
      complexity: transcriptCost,
      description:
        'Names of the speakers in the order in which they begin to speak, as the model service calls them; at most 200. Empty if they were not told apart.',
      resolve: async ({ id, speakers }, _args, context) =>
        speakers ?? (await descriptionOfSummary(context).load(id)).speakers,
    }),
    modelsUsed: t.exposeStringList('modelsUsed', {
      description: 'The models that made it, as the model service names them.',
    }),
    text: t.string({
      complexity: textCosts.audioTranscript,
      description: 'All that is said: the texts of its segments, one a line.',
      resolve: ({ id }, _args, context) => textOf(context).load(id),
    }),
    segments: t.field({
      type: [SegmentRef],
      description: [
        'Its segments by `start`, then by `end`, from one index on. They may overlap, and there may be pauses between them.',
        'An end before its start was set to the start. Segments have no id: caches keep them with the arguments of this field.',
      ].join('\n'),
      complexity: segmentCost,
      args: {
        first: t.arg.int({
          defaultValue: segmentPages.defaultSize,
          description: 'Maximum number of segments: 0 to 1,000.',
        }),
        after: t.arg.int({
          defaultValue: -1,
          description: 'The index of the last segment that is there already; -1 for the start.',
        }),
      },
      resolve: ({ id }, { first, after }, context) =>
        segmentsOf(context).load({
          id,
          after: after ?? -1,
          first: first ?? segmentPages.defaultSize,
        }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was saved.' }),
  }),
});

addNode({
  name: 'TranscriptOfSummary',
  prefix: summaryPrefix,
  ...tableOf('video_summary'),
  load: async (context, { id }) => {
    const found = await transcriptOfSummary(context).load(id);
    return found?.isOfSummary ? found : undefined;
  },
  typeOf: () => 'Transcript',
});

builder.objectField(VideoSummaryRef, 'transcript', (t) =>
  t.field({
    type: TranscriptRef,
    nullable: true,
    description: 'What is said in the video, with times; null if the audio was not used.',
    resolve: ({ id }, _args, context) => transcriptOfSummary(context).load(id),
  }),
);

builder.objectField(VideoRef, 'transcript', (t) =>
  t.field({
    type: TranscriptRef,
    nullable: true,
    description:
      'Its newest transcript that the viewer’s jobs made, by transcription or with a summary: that of the job that was submitted last. Null if there is none.',
    resolve: (video, _args, context) => newestTranscriptOf(context).load(video),
  }),
);

builder.queryField('transcript', (t) =>
  t.field({
    type: TranscriptRef,
    nullable: true,
    description: 'One transcript; null if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The transcript’s id.' }) },
    resolve: (_root, { id }, context) => findTranscript(id, context),
  }),
);

/** A transcript by its id in the API; a summary's id alone is not that of its transcript. */
async function findTranscript(id: string, { db, viewer }: GraphQLContext) {
  const isOfSummary = id.toLowerCase().startsWith(summaryPrefix);
  const uuid = toUuid(isOfSummary ? id.slice(summaryPrefix.length) : id);
  if (uuid === undefined) return undefined;
  const [found] = await listTranscriptsById(db, viewer, [uuid]);
  return found?.isOfSummary === isOfSummary ? found : undefined;
}
