import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { HttpError } from '../http/http-error.ts';

export const transcriptExtensions = ['.vtt', '.srt'] as const;
/** Of several files of one name, these come first, as in FOVEA's service. */
const videoExtensions: ReadonlySet<string> = new Set(['.mp4', '.avi', '.mov', '.mkv', '.webm']);

/** The real path of the video below the media root; throws HttpError 400 for a URL and 404 for all else. */
export async function getVideoPath(
  mediaRoot: string,
  request: { video_id: string; video_path?: string | null | undefined },
): Promise<string> {
  const { video_id: id, video_path: path } = request;
  if (path && /^https?:\/\//iu.test(path)) {
    throw new HttpError(
      400,
      'The baseline model reads files below its media folder only, not URLs',
    );
  }
  const found = path ? await findBelow(mediaRoot, path) : await findById(mediaRoot, id);
  if (!found) throw new HttpError(404, `Video not found: ${id}`);
  return found;
}

/** The real path of a file below the root; undefined if there is none or it leads elsewhere. */
export async function findBelow(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await findReal(root, resolve(root, path));
    if (real === undefined || real === root || !isWithin(root, real)) return undefined;
    return (await stat(real)).isFile() ? real : undefined;
  } catch {
    // Missing, unreadable or not a path: the caller treats them alike.
    return undefined;
  }
}

/** The real path of a file by its name; NFC and NFD are the same name. */
async function findReal(root: string, path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const above = dirname(path);
  const folder = above === path ? undefined : await findReal(root, above);
  // No other folders are read.
  if (folder === undefined || !isWithin(root, folder)) return undefined;
  const expected = basename(path).normalize();
  const name = (await readdir(folder)).find((other) => other.normalize() === expected);
  return name === undefined ? undefined : realpath(join(folder, name));
}

function isWithin(root: string, path: string): boolean {
  const inside = relative(root, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
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
  const rank = (name: string) => (videoExtensions.has(extname(name).toLowerCase()) ? 0 : 1);
  for (const name of names.toSorted().toSorted((a, b) => rank(a) - rank(b))) {
    const found = await findBelow(root, join(root, name));
    if (found) return found;
  }
  return undefined;
}
