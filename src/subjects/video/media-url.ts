import { builder } from '../../graphql/builder.ts';
import { VideoRef } from './video-ref.ts';

/** `GET` of this and the id of a video gives its file. */
export const mediaPath = '/media/';

/** As a plain field, and what it takes to open a file. */
const mediaCost = 2;

builder.objectField(VideoRef, 'mediaUrl', (t) =>
  t.string({
    nullable: true,
    complexity: mediaCost,
    description: [
      'Where a browser plays it, for who may see it: `new URL(mediaUrl, …)` with the URL of `/graphql`. Null when this server has no such file, as with a video at an http(s) URL.',
      'A `<video>` sends no token: add `?ticket=` and the ticket of a job about the video.',
    ].join('\n'),
    resolve: async ({ nodeId, path }, _args, { mediaPolicy }) =>
      // Relative, as the server may be behind a path of a proxy.
      (await mediaPolicy.hasFile(path)) ? `${mediaPath.slice(1)}${nodeId}` : null,
  }),
);
