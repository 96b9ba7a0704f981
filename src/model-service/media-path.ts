import { resolve } from 'node:path';
import { createFileOpener, rememberFiles } from './media-file.ts';
import type { MediaFile } from './media-file.ts';
import { createMediaFormats } from './media-format.ts';
import type { MediaFormat } from './media-format.ts';
import { createUrlCheck, isUrl, withCheckedOrigin } from './media-url.ts';
import type { UrlCheckOptions } from './media-url.ts';

/** Which paths of videos may be sent to the model service, and in which form. */
export interface MediaPolicy {
  /** Why a path is refused, for the client that sent it; undefined if it is allowed. Takes a few seconds at most. */
  check: (path: string) => Promise<string | undefined>;
  /** The path that is sent to the model service for one that `check` allows. */
  locate: (path: string) => string;
  /**
   * What a file directly in the media folder is called, without its extension, if that is of letters, digits, "_" and "-":
   * by this name FOVEA's service finds it for routes that take no path. Undefined for any other path.
   */
  nameOf: (path: string) => string | undefined;
  /** What the container of a video says, whose path `check` allows; undefined if this process cannot read it. */
  readFormat: (path: string) => Promise<MediaFormat | undefined>;
  /** The open file of a video; undefined for a URL, and if there is none that clients of this server may be sent. */
  openFile: (path: string) => Promise<MediaFile | undefined>;
  /** Whether there is such a file; up to a few seconds old. */
  hasFile: (path: string) => Promise<boolean>;
}

export interface MediaPolicyOptions extends UrlCheckOptions {
  /** Folder of relative paths; absolute ones must be below it. */
  root: string;
  /**
   * Our folder `from` is `to` for the model service; both are absolute, without a trailing slash. Null or absent: the model
   * service has the same folders.
   */
  pathMap?: { from: string; to: string } | null;
}

const notBelow = 'Must be a path below the media folder, or an http(s) URL.';
/** A path that was encoded more often is an attack. */
const maxDecodings = 4;

/**
 * A path makes the model service read a file or fetch a URL, so it may only name media. Files are sent by absolute paths,
 * in which FFmpeg and others see no protocol, option or list, whatever the name contains.
 */
export function createMediaPolicy(options: MediaPolicyOptions): MediaPolicy {
  const checkUrl = createUrlCheck(options);
  const { folders, toAbsolute, toName, map } = createFolders(options);
  const readFile = createMediaFormats();
  const openAbsolute = createFileOpener(folders);
  const openFile: MediaPolicy['openFile'] = async (path) => {
    // What was registered may have been allowed by other settings.
    const isName = !isUrl(path) && !/\p{Cc}/u.test(path) && checkNames(path) === undefined;
    const file = isName ? toAbsolute(path) : undefined;
    return file === undefined ? undefined : openAbsolute(file);
  };
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
    nameOf: (path) => {
      const name = isUrl(path) ? undefined : toName(path);
      return name?.replace(/(?<=.)\.[^.]*$/, '').match(/^[A-Za-z0-9_-]+$/)?.[0];
    },
    readFormat: async (path) => {
      const file = isUrl(path) ? undefined : toAbsolute(path);
      return file === undefined ? undefined : readFile(file);
    },
    openFile,
    hasFile: rememberFiles(openFile),
  };
}

function createFolders({ root: folder, pathMap = null }: MediaPolicyOptions) {
  const root = withoutSlash(resolve(folder));
  // The mapped folder is media, too, unless it contains the media folder.
  const isApart = pathMap !== null && findRest(pathMap.from, root) === undefined;
  const folders = isApart ? [root, pathMap.from] : [root];
  return {
    folders,
    /** Undefined: it is not below a media folder. */
    toAbsolute: (path: string): string | undefined => {
      if (!path.startsWith('/')) return `${root}/${path}`;
      for (const candidate of folders) {
        const rest = findRest(candidate, path);
        if (rest !== undefined) return `${candidate}/${rest}`;
      }
      return undefined;
    },
    /** Undefined: it is not in a media folder itself. */
    toName: (path: string): string | undefined => {
      const rests = path.startsWith('/') ? folders.map((it) => findRest(it, path)) : [path];
      return rests.find((rest) => rest !== undefined && !rest.includes('/'));
    },
    map: (absolute: string): string => {
      const rest = pathMap === null ? undefined : findRest(pathMap.from, absolute);
      return pathMap === null || rest === undefined ? absolute : `${pathMap.to}/${rest}`;
    },
  };
}

/** The part of a path below a folder; undefined if it is not below it. NFC and NFD are the same name. */
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

/** Why a path cannot be that of a file below some folder. */
function checkNames(path: string): string | undefined {
  if (path.includes('\\')) return 'Must not contain backslashes: "/" comes between folders.';
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(path)) return notBelow;
  // Paths are not encoded, but a service that makes a URL of one might decode it.
  const decoded = decode(path);
  if (decoded === undefined || listNames(decoded).includes('..')) return notBelow;
  if (/\p{Cc}/u.test(decoded)) return 'Must not contain control characters.';
  // Some read `a//b` as `/b`, and each file must have one path.
  if (listNames(path.replace(/^\//, '')).some((name) => name === '' || name === '.')) {
    return 'Must be a path below the media folder without empty names and without ".".';
  }
  return undefined;
}

/** Names as seen by systems that trim blanks and treat backslashes as slashes. */
function listNames(path: string): string[] {
  return path.split(/[/\\]/).map((name) => name.trim());
}

/** The path after repeated decoding; undefined if it does not end. */
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
