import type { Video } from './table.ts';
import { builder } from '../../graphql/builder.ts';

/** Apart from its fields, as videos and their summaries lead to each other. */
export const VideoRef = builder.objectRef<Video>('Video');
