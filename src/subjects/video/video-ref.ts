import type { Video } from './table.ts';
import { builder } from '../../graphql/builder.ts';

/** In a file of its own, as the types of videos and summaries refer to each other. */
export const VideoRef = builder.objectRef<Video>('Video');
