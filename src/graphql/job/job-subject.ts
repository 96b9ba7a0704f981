import type { JobRow } from '../../jobs/rows/row.ts';
import { PersonaRef, personaById } from '../../subjects/persona/persona-ref.ts';
import type { Persona } from '../../subjects/persona/table.ts';
import { listVideoSummariesById } from '../../subjects/summary/queries.ts';
import { listTicketVideos } from '../../subjects/video/visible-videos.ts';
import { videoByKey, VideoRef } from '../../subjects/video/video-ref.ts';
import type { Video } from '../../subjects/video/table.ts';
import { byKey } from '../batch-loaders.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { defineLoader } from '../loaders.ts';
import { JobRef } from './job.ts';
import { jobsOfPipeline } from './pipeline.ts';

/** What a job is about, as far as the viewer may see it. */
interface JobSubject {
  title: string;
  /** Null if there are several. */
  video: Video | null;
  persona: Persona | null;
}

/** Ids of a video and of a persona. */
interface Topic {
  videoId?: string | undefined;
  personaId?: string | undefined;
}

const summaryById = defineLoader((db, viewer) =>
  byKey(
    (ids) => listVideoSummariesById(db, viewer, ids),
    ({ id }) => id,
  ),
);

const JobSubjectRef = builder.objectRef<JobSubject>('JobSubject').implement({
  description: 'What a job is about. Has no id: a cache keeps it in its job.',
  fields: (t) => ({
    title: t.exposeString('title', {
      description:
        'Its video’s title, of several the first and how many more; the kind of work if the viewer may see none of them.',
    }),
    video: t.expose('video', {
      type: VideoRef,
      nullable: true,
      description: 'The video; null if there are several, or if the viewer may not see it.',
    }),
    persona: t.expose('persona', {
      type: PersonaRef,
      nullable: true,
      description:
        'The persona; null if there is none, or several, or one that the viewer may not see.',
    }),
  }),
});

builder.interfaceField(JobRef, 'subject', (t) =>
  t.field({
    type: JobSubjectRef,
    description: 'What it is about, for a row of a list.',
    resolve: findSubject,
  }),
);

async function findSubject(
  job: JobRow,
  _args: object,
  context: GraphQLContext,
): Promise<JobSubject> {
  const topics = await listTopics(job, context);
  const videoIds = listDistinct(topics.map(({ videoId }) => videoId));
  const personaIds = listDistinct(topics.map(({ personaId }) => personaId));
  const [videoId] = videoIds;
  const [personaId] = personaIds;
  const [first, persona] = await Promise.all([
    videoId === undefined ? undefined : videoByKey(context).load({ owner: job.owner, id: videoId }),
    personaId === undefined ? undefined : personaById(context).load(personaId),
  ]);
  return {
    title: toTitle(job, first, videoIds.length - 1),
    video: videoIds.length === 1 ? (first ?? null) : null,
    persona: personaIds.length === 1 ? (persona ?? null) : null,
  };
}

/** What the input names, or the summaries that it names. */
async function listTopics(job: JobRow, context: GraphQLContext): Promise<Topic[]> {
  // With a ticket, nothing is seen of the summaries.
  if (context.viewer.role === 'ticket') return listTicketVideos(context.db, context.viewer);
  const { videoId, personaId, summaryId, summaryIds } = job.input as Topic & {
    summaryId?: string;
    summaryIds?: string[];
  };
  if (videoId !== undefined) return [{ videoId, personaId }];
  const ids = summaryIds ?? (summaryId === undefined ? [] : [summaryId]);
  const found = await Promise.all(ids.map((id) => findTopic(job, id, context)));
  return found.filter((topic) => topic !== undefined);
}

/** A step of a pipeline names a summary that does not exist yet: then it is about what that step is about. */
async function findTopic(
  { pipelineId }: JobRow,
  summaryId: string,
  context: GraphQLContext,
): Promise<Topic | undefined> {
  const summary = await summaryById(context).load(summaryId);
  if (summary || pipelineId === null) return summary;
  const steps = await jobsOfPipeline(context).load(pipelineId);
  return steps.find(({ resultId }) => resultId === summaryId)?.input;
}

function listDistinct(ids: readonly (string | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}

function toTitle({ type }: JobRow, video: Video | undefined, others: number): string {
  if (video) return others > 0 ? `${video.title} and ${others} more` : video.title;
  const words = type.toLowerCase().replaceAll('_', ' ');
  return words[0]!.toUpperCase() + words.slice(1);
}
