import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Session } from '../../access/identity/session.ts';
import { payerOf } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { ResolverContext } from '../../graphql/context.ts';
import type { MediaFile } from '../../model-service/media-file.ts';
import { mediaPath } from '../../subjects/video/media-url.ts';
import { findVideo } from '../../subjects/video/queries.ts';
import type { AccessControl } from '../front/access-control.ts';
import { readCredentials } from '../front/credentials.ts';
import type { Execution } from '../graphql/execution.ts';
import type { OpenStream } from '../live/drain.ts';
import { refuse, respondWithError } from '../respond.ts';
import { createTypeReader, unknownType } from './content-type.ts';
import { isKnown, readRange } from './range.ts';
import type { Validators } from './range.ts';
import { FileChangedError, sendFile } from './send-file.ts';

/** A file may change twice within the time by which its system tells changes apart: a young one is compared weakly. */
const settledAfterMs = 2_000;

export type MediaApi = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface MediaApiOptions {
  services: Pick<ResolverContext, 'databaseOf' | 'limits' | 'logger' | 'mediaPolicy' | 'metrics'>;
  accessControl: AccessControl;
  mask: Execution['mask'];
  /** The answers that are being sent, which end when the server does. */
  streams: Set<OpenStream>;
}

/**
 * `GET /media/:videoId`: the file of a video, as a player asks for it, in ranges. Its URL may have a ticket, as a `<video>` sends
 * no headers.
 */
export function createMediaApi(options: MediaApiOptions): MediaApi {
  const { services, accessControl, mask, streams } = options;
  const { databaseOf, limits, logger, mediaPolicy, metrics } = services;
  const readType = createTypeReader();

  async function openFile(viewer: Viewer, id: string): Promise<MediaFile | undefined> {
    const video = await findVideo(databaseOf(payerOf(viewer)), viewer, id);
    return video && mediaPolicy.openFile(video.path);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return refuse(response, 405, 'Only GET and HEAD are supported.');
    }
    const session = await accessControl.authenticate(request, readCredentials(request));
    await limits.poll(session.viewer);
    const id = readId(request);
    await using file = id === undefined ? undefined : await openFile(session.viewer, id);
    if (!file) return refuse(response, 404, 'There is no file of such a video here.');
    const validators = describe(file);
    const headers = {
      ...fileHeaders,
      etag: validators.etag,
      'last-modified': validators.lastModified,
    };
    if (isKnown(request, validators)) return void response.writeHead(304, headers).end();
    const range = readRange(request, file.size, validators);
    if (range === 'unsatisfiable') {
      response.setHeader('content-range', `bytes */${file.size}`);
      return refuse(response, 416, `The file has ${file.size} bytes.`);
    }
    const type = await readType(file, `${id}:${validators.etag}`);
    const sent = range ?? { start: 0, end: file.size - 1 };
    const head = () =>
      response.writeHead(range ? 206 : 200, {
        ...headers,
        ...toTypeHeaders(type),
        'content-length': sent.end - sent.start + 1,
        ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${file.size}` }),
      });
    if (request.method === 'HEAD') return void head().end();
    using _places = takePlaces(request, response, session);
    head();
    await sendFile(file, sent, response, (bytes) => (metrics.media.sentBytes += bytes));
  }

  /** While the answer is sent, it is counted, and ends with its session and with the server. */
  function takePlaces(
    request: IncomingMessage,
    response: ServerResponse,
    session: Session,
  ): DisposableStack {
    using held = new DisposableStack();
    held.adopt(accessControl.connect(request), ({ close }) => close());
    held.defer(limits.openMedia(session.viewer));
    const end = () => void response.destroy();
    held.defer(accessControl.guard(session, end));
    const open: OpenStream = { break: end };
    streams.add(open);
    held.defer(() => streams.delete(open));
    metrics.media.streams += 1;
    held.defer(() => (metrics.media.streams -= 1));
    return held.move();
  }

  return async (request, response) => {
    try {
      await answer(request, response);
    } catch (error) {
      logger.debug({ err: error }, 'media not sent');
      // Clients of media leave all the time, when they have enough.
      if (response.destroyed || error instanceof FileChangedError) response.destroy();
      else respondWithError(response, mask(error));
    }
  };
}

/** The answer depends on the viewer, and is nothing but a file: a page that it might be runs no script. */
const fileHeaders = {
  'accept-ranges': 'bytes',
  'cache-control': 'private, no-cache, no-transform',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
};

/** What a browser does not play, it must not show either. */
function toTypeHeaders(type: string): Record<string, string> {
  return {
    'content-type': type,
    ...(type === unknownType && { 'content-disposition': 'attachment' }),
  };
}

function describe({ size, modifiedNs }: MediaFile): Validators {
  const modifiedMs = Number(modifiedNs / 1_000_000n);
  const isSettled = Date.now() - modifiedMs > settledAfterMs;
  const tag = `"${size.toString(36)}-${modifiedNs.toString(36)}"`;
  return {
    etag: isSettled ? tag : `W/${tag}`,
    lastModified: new Date(modifiedMs).toUTCString(),
  };
}

/** Undefined for what is no path of one name. */
function readId({ url = '' }: IncomingMessage): string | undefined {
  const [path = ''] = url.split('?', 1);
  try {
    return decodeURIComponent(path.slice(mediaPath.length)) || undefined;
  } catch {
    return undefined; // malformed
  }
}
