import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { HttpError } from '../http/http-error.ts';

export const transcriptExtensions = ['.vtt', '.srt'] as const;

/** The real path of the video below the media root; throws HttpError 400 for a URL and 404 for all else. */
export async function getVideoPath(
  mediaRoot: string,
  request: { video_id: string; video_path?: string | null | undefined },
): Promise<string> {
  const { video_id: id, video_path: path } = request;
  if (path && /^https?:/iu.test(path)) {
    throw new HttpError(
      400,
      'The built-in model service reads files below its media folder only, not URLs',
    );
  }
  const found = path ? await findBelow(mediaRoot, path) : await findById(mediaRoot, id);
  if (!found) throw new HttpError(404, `Video not found: ${id}`);
  return found;
}

/** The real path of a file below the root; undefined if there is none or it leads elsewhere. */
export async function findBelow(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(resolve(root, path));
    const inside = relative(root, real);
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
      return undefined;
    return (await stat(real)).isFile() ? real : undefined;
  } catch {
    // Not there, not readable, or no path at all: to the caller it is one thing.
    return undefined;
  }
}

async function findById(root: string, id: string): Promise<string | undefined> {
  if (!/^[\w-]+$/u.test(id)) return undefined;
  const names = (await readdir(root)).filter((name) => {
    const extension = extname(name);
    return (
      name === `${id}${extension}` &&
      extension !== '' &&
      !transcriptExtensions.some((other) => other === extension.toLowerCase())
    );
  });
  for (const name of names.toSorted()) {
    const found = await findBelow(root, join(root, name));
    if (found) return found;
  }
  return undefined;
}
