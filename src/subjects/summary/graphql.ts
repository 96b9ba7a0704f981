import { pruneClaims } from '../claims/queries.ts';
import { findVideoSummary, glossText } from './queries.ts';
import type { VideoSummary } from './queries.ts';
import type { KeyFrame } from './table.ts';
import { builder } from '../../graphql/builder.ts';
import { textCosts, typicalListSizes } from '../../graphql/policy/list-costs.ts';
import { expectSeen } from '../../graphql/expect-seen.ts';
import { ClaimRef } from '../claims/claim-type.ts';
import { PersonaRef } from '../persona/graphql.ts';
import { VideoRef } from '../video/video-ref.ts';

const KeyFrameRef = builder.objectRef<KeyFrame>('KeyFrame').implement({
  description: 'A moment of a video that its summary rests on.',
  fields: (t) => ({
    frameNumber: t.exposeInt('frameNumber', {
      nullable: true,
      description: 'Counted from 0, where the frame rate is known.',
    }),
    timestamp: t.exposeFloat('timestamp', { description: 'Seconds from the start of the video.' }),
    description: t.exposeString('description', { description: 'What is to be seen or heard.' }),
    confidence: t.exposeFloat('confidence', { nullable: true, description: 'From 0 to 1.' }),
  }),
});

export const VideoSummaryRef = builder.objectRef<VideoSummary>('VideoSummary').implement({
  description: 'What one job found in a video for a persona. Later jobs make new ones beside it.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    video: t.field({
      type: VideoRef,
      description: 'The video.',
      resolve: async (summary, _args, { loaders }) =>
        expectSeen(await loaders.videos.load({ owner: summary.owner, id: summary.videoId })),
    }),
    persona: t.field({
      type: PersonaRef,
      description: 'For whom it was made.',
      resolve: async (summary, _args, { loaders }) =>
        expectSeen(await loaders.personas.load(summary.personaId)),
    }),
    text: t.string({
      complexity: textCosts.text,
      description: 'The summary. Offsets of claims count its UTF-16 units.',
      resolve: async ({ id }, _args, { loaders }) => {
        const { gloss = [] } = await loaders.ofSummaries.load({ id, column: 'gloss' });
        return glossText(gloss);
      },
    }),
    visualAnalysis: t.string({
      nullable: true,
      complexity: textCosts.visualAnalysis,
      description: 'What was seen, where the model service looked.',
      resolve: async ({ id }, _args, { loaders }) =>
        (await loaders.ofSummaries.load({ id, column: 'visualAnalysis' })).visualAnalysis,
    }),
    audioTranscript: t.string({
      nullable: true,
      complexity: textCosts.audioTranscript,
      description: 'What was said, where the model service listened.',
      resolve: async ({ id }, _args, { loaders }) =>
        (await loaders.ofSummaries.load({ id, column: 'audioTranscript' })).audioTranscript,
    }),
    keyFrames: t.field({
      type: [KeyFrameRef],
      description: 'Moments that it rests on.',
      complexity: typicalListSizes.keyFrames,
      resolve: async ({ id }, _args, { loaders }) =>
        (await loaders.ofSummaries.load({ id, column: 'keyFrames' })).keyFrames ?? [],
    }),
    confidence: t.exposeFloat('confidence', {
      nullable: true,
      description: 'How sure the model service is, from 0 to 1.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was saved.' }),
    claims: t.field({
      type: [ClaimRef],
      complexity: typicalListSizes.claims,
      description: 'The root claims of its newest extraction, in order.',
      args: {
        minConfidence: t.arg.float({
          defaultValue: 0,
          description: 'Leaves out claims below it, from 0 to 1; 0 shows them all.',
        }),
      },
      resolve: async (summary, { minConfidence }, { loaders }) => {
        const extraction = await loaders.latestExtractions.load(summary.id);
        if (!extraction) return [];
        return pruneClaims(await loaders.claimTrees.load(extraction), minConfidence ?? 0);
      },
    }),
  }),
});

builder.queryField('videoSummary', (t) =>
  t.field({
    type: VideoSummaryRef,
    nullable: true,
    description: 'Null when there is no such summary, or when it is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The summary’s id.' }) },
    resolve: (_root, { id }, { db, viewer }) => findVideoSummary(db, viewer, id),
  }),
);
