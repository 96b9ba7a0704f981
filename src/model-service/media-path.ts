import { resolve } from 'node:path';
import { createUrlCheck, isUrl, withCheckedOrigin } from './media-url.ts';
import type { UrlCheckOptions } from './media-url.ts';

/** Which paths of videos the model service may be given, and how it is given them. */
export interface MediaPolicy {
  /** Why not, in words for the client that gave it; undefined if it may. Takes a few seconds at most. */
  check: (path: string) => Promise<string | undefined>;
  /** What the model service is sent for a path that `check` lets pass. */
  locate: (path: string) => string;
}

export interface MediaPolicyOptions extends UrlCheckOptions {
  /** Where relative paths begin; of absolute ones, those below it may be given. */
  root: string;
  /**
   * The model service has `to` where we have `from`: absolute folders, without a slash at the end. Null or absent: its
   * folders are as ours.
   */
  pathMap?: { from: string; to: string } | null;
}

const notBelow = 'Must be a path below the media folder, or an http(s) URL.';
/** Encoded more often than this is not by mistake. */
const maxDecodings = 4;

/**
 * A path is an order to the model service to read a file or to fetch a URL, so it may only name media. A path is a path:
 * it is sent as an absolute one, in which FFmpeg and others find no protocol, no option and no list, whatever is in it.
 */
export function createMediaPolicy(options: MediaPolicyOptions): MediaPolicy {
  const checkUrl = createUrlCheck(options);
  const { toAbsolute, map } = createFolders(options);
  return {
    check: async (path) => {
      if (/\p{Cc}/u.test(path)) return 'Must not contain control characters.';
      if (isUrl(path)) return checkUrl(path);
      return checkNames(path) ?? (toAbsolute(path) === undefined ? notBelow : undefined);
    },
    locate: (path) => {
      if (isUrl(path)) return withCheckedOrigin(path);
      const absolute = toAbsolute(path);
      if (absolute === undefined) throw new Error('a path that is not below the media folder');
      return map(absolute);
    },
  };
}

function createFolders({ root: folder, pathMap = null }: MediaPolicyOptions) {
  const root = withoutSlash(resolve(folder));
  // What the operator maps is media, too; but a folder that has more than the media is not.
  const isApart = pathMap !== null && findRest(pathMap.from, root) === undefined;
  const folders = isApart ? [root, pathMap.from] : [root];
  return {
    /** Undefined: it is not below any folder of media. */
    toAbsolute: (path: string): string | undefined => {
      if (!path.startsWith('/')) return `${root}/${path}`;
      for (const candidate of folders) {
        const rest = findRest(candidate, path);
        if (rest !== undefined) return `${candidate}/${rest}`;
      }
      return undefined;
    },
    map: (absolute: string): string => {
      const rest = pathMap === null ? undefined : findRest(pathMap.from, absolute);
      return pathMap === null || rest === undefined ? absolute : `${pathMap.to}/${rest}`;
    },
  };
}

/** What of a path comes after a folder; undefined if it is not below it. NFC and NFD are the same name. */
function findRest(folder: string, path: string): string | undefined {
  const above = folder.split('/');
  const names = path.split('/');
  const isBelow =
    names.length > above.length &&
    above.every((name, index) => name.normalize() === names[index]!.normalize());
  return isBelow ? names.slice(above.length).join('/') : undefined;
}

function withoutSlash(folder: string): string {
  return folder.replace(/\/$/, '');
}

/** Why a path is none of a file below a folder, wherever that is. */
function checkNames(path: string): string | undefined {
  if (path.includes('\\')) return 'Must not contain backslashes: "/" comes between folders.';
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(path)) return notBelow;
  // Nothing in a path is encoded, but one who makes a URL of it might decode it.
  const decoded = decode(path);
  if (decoded === undefined || listNames(decoded).includes('..')) return notBelow;
  if (/\p{Cc}/u.test(decoded)) return 'Must not contain control characters.';
  // `a//b` means `/b` to some, and one file should have one path.
  if (listNames(path.replace(/^\//, '')).some((name) => name === '' || name === '.')) {
    return 'Must be a path below the media folder without empty names and without ".".';
  }
  return undefined;
}

/** As systems see them that drop blanks, and that take backslashes for slashes. */
function listNames(path: string): string[] {
  return path.split(/[/\\]/).map((name) => name.trim());
}

/** As whoever decodes it once too often would read it; undefined if there is no end to it. */
function decode(path: string): string | undefined {
  let text = path;
  for (let round = 0; round < maxDecodings; round += 1) {
    const next = text.replaceAll(/%([0-7][\da-f])/gi, (_all, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    );
    if (next === text) return text;
    text = next;
  }
  return undefined;
}
