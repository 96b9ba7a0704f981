import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { MediaFile } from '../../model-service/media-file.ts';
import type { ByteRange } from './range.ts';

/** Bytes that are read at once; about twice as many wait for a client that does not read. */
const chunkBytes = 128 * 1024;

/** The file became another one while it was sent. */
export class FileChangedError extends Error {
  override readonly name = 'FileChangedError';
}

/**
 * Sends bytes of a file at the pace of the client, and ends the answer. If the client leaves, or the file changes, the
 * connection is broken, and the promise rejects: half of a file must not look like the whole.
 */
export async function sendFile(
  file: MediaFile,
  range: ByteRange,
  response: ServerResponse,
  onSent: (bytes: number) => void,
): Promise<void> {
  async function* readChunks(): AsyncGenerator<Uint8Array> {
    for (let position = range.start; position <= range.end;) {
      const left = range.end - position + 1;
      const bytes = await file.read(position, Math.min(left, chunkBytes));
      // The last chunk completes the answer, so what it completes must still be the same file.
      if (bytes.length === 0 || (bytes.length === left && (await isChanged(file))))
        throw new FileChangedError('the file has changed while it was sent');
      yield bytes;
      position += bytes.length;
      onSent(bytes.length);
    }
  }
  await pipeline(readChunks, response);
}

async function isChanged({ size, modifiedNs, readState }: MediaFile): Promise<boolean> {
  const now = await readState();
  return now.size !== size || now.modifiedNs !== modifiedNs;
}
