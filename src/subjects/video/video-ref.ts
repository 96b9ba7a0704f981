import DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import { byKey } from '../../graphql/batch-loaders.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { listVideosById, listVideosByNode, toVideoCursor } from './queries.ts';
import type { Video } from './table.ts';

/** In a file of its own, as the types of videos and of what is made of them refer to each other. */
export const VideoRef = builder.objectRef<Video>('Video');

/** The video of a result, by its owner and id. */
export const videoByKey = defineLoader(
  (db, viewer) =>
    new DataLoader(
      async (keys: readonly Pick<Video, 'owner' | 'id'>[]) => {
        const ids = [...new Set(keys.map(({ id }) => id))];
        const videos = await listVideosById(db, viewer, ids);
        const byRowKey = new Map(videos.map((video) => [toVideoCursor(video), video]));
        return keys.map((key) => byRowKey.get(toVideoCursor(key)));
      },
      { cacheKeyFn: toVideoCursor },
    ),
);

/** Videos by their ids in the installation. */
export const videoByNode = defineLoader((db, viewer) =>
  byKey(
    (ids) => listVideosByNode(db, viewer, ids),
    ({ nodeId }) => nodeId,
  ),
);
