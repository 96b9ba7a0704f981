import { listLatestExtractions, pruneClaims } from '../claims/queries.ts';
import { findVideoSummary, glossText, largeSummaryColumns } from './queries.ts';
import type { VideoSummary } from './queries.ts';
import type { KeyFrame } from './table.ts';
import { builder } from '../../graphql/builder.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { NodeRef } from '../../graphql/node/node-ref.ts';
import { byKey, createLargeLoader } from '../../graphql/batch-loaders.ts';
import { expectVisible } from '../../graphql/visibility.ts';
import { ClaimRef, claimsCost, claimTreesOf } from '../claims/claim-type.ts';
import { personaById, PersonaRef } from '../persona/persona-ref.ts';
import { videoByKey, VideoRef } from '../video/video-ref.ts';

const latestExtractionOf = defineLoader((db, viewer) =>
  byKey(
    (ids) => listLatestExtractions(db, viewer, ids),
    (extraction) => extraction.summaryId,
  ),
);
const largeColumnOf = defineLoader((db) => createLargeLoader(db, largeSummaryColumns));

const KeyFrameRef = builder.objectRef<KeyFrame>('KeyFrame').implement({
  description:
    'A moment of a video that its summary is based on. Has no id: a cache keeps it in its summary.',
  fields: (t) => ({
    frameNumber: t.exposeInt('frameNumber', {
      nullable: true,
      description: 'The number of the frame, counted from 0; null if the frame rate is unknown.',
    }),
    timestamp: t.exposeFloat('timestamp', { description: 'Seconds from the start of the video.' }),
    description: t.exposeString('description', { description: 'What is seen or heard.' }),
    confidence: t.exposeFloat('confidence', {
      nullable: true,
      description: 'How sure the model service is, from 0 to 1.',
    }),
  }),
});

/**
 * Texts that may be large cost, beside plain fields, roughly their kilobytes: an hour of speech has some 60 and more. A page
 * of 100 with all that was said is refused by default, and one of 10 is not.
 */
export const textCosts = { text: 5, visualAnalysis: 20, audioTranscript: 200 };

export const VideoSummaryRef = builder.objectRef<VideoSummary>('VideoSummary').implement({
  description:
    'A summary of a video for a persona, made by one job. Later jobs add summaries and replace none.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    video: t.field({
      type: VideoRef,
      description: 'The video.',
      resolve: async (summary, _args, context) =>
        expectVisible(
          await videoByKey(context).load({ owner: summary.owner, id: summary.videoId }),
        ),
    }),
    persona: t.field({
      type: PersonaRef,
      description: 'The persona that it was made for.',
      resolve: async (summary, _args, context) =>
        expectVisible(await personaById(context).load(summary.personaId)),
    }),
    text: t.string({
      complexity: textCosts.text,
      description: 'The summary. Offsets of claims count its UTF-16 units.',
      resolve: async ({ id }, _args, context) => {
        const { gloss = [] } = await largeColumnOf(context).load({ id, column: 'gloss' });
        return glossText(gloss);
      },
    }),
    visualAnalysis: t.string({
      nullable: true,
      complexity: textCosts.visualAnalysis,
      description: 'What is seen in the video; null if the model service did not analyze it.',
      resolve: async ({ id }, _args, context) =>
        (await largeColumnOf(context).load({ id, column: 'visualAnalysis' })).visualAnalysis,
    }),
    audioTranscript: t.string({
      nullable: true,
      complexity: textCosts.audioTranscript,
      description: 'What is said in the video; null if the audio was not used.',
      resolve: async ({ id }, _args, context) =>
        (await largeColumnOf(context).load({ id, column: 'audioTranscript' })).audioTranscript,
    }),
    keyFrames: t.field({
      type: [KeyFrameRef],
      description: 'Moments of the video that it is based on.',
      complexity: { multiplier: 10 },
      resolve: async ({ id }, _args, context) =>
        (await largeColumnOf(context).load({ id, column: 'keyFrames' })).keyFrames ?? [],
    }),
    confidence: t.exposeFloat('confidence', {
      nullable: true,
      description: 'How sure the model service is, from 0 to 1.',
    }),
    modelsUsed: t.stringList({
      description: 'The models that made it, as the model service names them.',
      resolve: ({ visualModelUsed, audioModelUsed }) => [
        ...new Set([visualModelUsed, audioModelUsed].filter((name) => name !== null)),
      ],
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was saved.' }),
    claims: t.field({
      type: [ClaimRef],
      complexity: claimsCost,
      description: 'The root claims of its newest extraction, in order.',
      args: {
        minConfidence: t.arg.float({
          defaultValue: 0,
          description: 'Leaves out claims below this confidence, from 0 to 1; 0 keeps them all.',
        }),
      },
      resolve: async (summary, { minConfidence }, context) => {
        const extraction = await latestExtractionOf(context).load(summary.id);
        if (!extraction) return [];
        return pruneClaims(await claimTreesOf(context).load(extraction), minConfidence ?? 0);
      },
    }),
  }),
});

builder.queryField('videoSummary', (t) =>
  t.field({
    type: VideoSummaryRef,
    nullable: true,
    description: 'One summary; null if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The summary’s id.' }) },
    resolve: (_root, { id }, { db, viewer }) => findVideoSummary(db, viewer, id),
  }),
);
