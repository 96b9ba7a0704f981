import { LRUCache } from 'lru-cache';
import { onceAsync } from '../../platform/once.ts';
import type { MediaFile } from '../../model-service/media-file.ts';

export const unknownType = 'application/octet-stream';

const maxRemembered = 1_000;
/** Bytes by which a container is known at most: tags of sound files have pictures in them. */
const maxBytes = 2_000_000;
const cacheBytes = 64 * 1024;

/** Creates a function that tells the media type of a file from its bytes; `key` identifies them. */
export function createTypeReader(): (file: MediaFile, key: string) => Promise<string> {
  const known = new LRUCache<string, string>({ max: maxRemembered });
  const load = onceAsync(loadFormats);
  return async (file, key) => {
    const type = known.get(key) ?? (await readType(file, await load()));
    known.set(key, type);
    return type;
  };
}

type Formats = Awaited<ReturnType<typeof loadFormats>>;

/** No playlist, which names other files. */
async function loadFormats() {
  const { CustomSource, Input, ...it } = await import('mediabunny');
  const { MP4, QTFF, WEBM, MATROSKA, MPEG_TS, OGG, WAVE, FLAC, MP3, ADTS } = it;
  const formats = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS, OGG, WAVE, FLAC, MP3, ADTS];
  return { CustomSource, Input, formats };
}

async function readType(
  file: MediaFile,
  { CustomSource, Input, formats }: Formats,
): Promise<string> {
  let bytesLeft = maxBytes;
  const source = new CustomSource({
    getSize: () => file.size,
    read: async (start, end) => {
      bytesLeft -= end - start;
      if (bytesLeft < 0) throw new Error('too much is needed to tell the format');
      return file.read(start, end - start);
    },
    maxCacheSize: cacheBytes,
    prefetchProfile: 'fileSystem',
    handleUnhandledError: () => undefined,
  });
  using input = new Input({ formats, source });
  try {
    const { mimeType } = await input.getFormat();
    return mimeType.toLowerCase();
  } catch {
    return unknownType;
  }
}
