import { z } from 'zod';
import { variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

/** Our folder `from` is `to` for the model service; both are absolute, without a trailing slash. */
export interface PathMap {
  from: string;
  to: string;
}

/** Which videos may be registered, and how the model service finds them. */
export interface MediaConfig {
  /** Absolute paths must be below this folder. */
  root: string;
  /** Null: the model service has the same folders as this process. */
  pathMap: PathMap | null;
  /** Null: every public host, at ports 80 and 443. */
  allowedHosts: readonly string[] | null;
}

/** `host` or `host:port`, separated by commas; hosts are normalized as in a URL, without a trailing dot. */
const hosts = z.string().transform((text, context): readonly string[] => {
  const given = text
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  return given.flatMap((host) => {
    const isHost = /^[^/\\?#@\s]+$/.test(host) && URL.canParse(`http://${host}`);
    if (!isHost) {
      context.addIssue(
        `${host} is not a host or host:port; write for example media.example.org,10.0.0.7:8080`,
      );
    }
    return isHost ? [normalizeHost(host)] : [];
  });
});

/** `URL` drops port 80, so the port is kept apart. */
function normalizeHost(host: string): string {
  const port = /:\d+$/.exec(host)?.[0] ?? '';
  return `${new URL(`http://${host}`).hostname.replace(/\.$/, '')}${port}`;
}

/** Written as `from=to`. */
const pathMap = z.string().transform((text, context): PathMap => {
  const [, from, to] = /^(\/[^=]*?)\s*=\s*(\/.*)$/.exec(text) ?? [];
  const isMap = [from, to].every((folder) => folder !== undefined && isFolder(folder));
  if (!isMap) {
    context.addIssue(
      'it must be from=to, the absolute folder here and that of the model service, such as /data/=/videos/',
    );
  }
  return { from: withoutSlash(from ?? ''), to: withoutSlash(to ?? '') };
});

/** No empty names and no dots: paths are compared name by name. */
function isFolder(path: string): boolean {
  return withoutSlash(path)
    .split('/')
    .slice(1)
    .every((name) => !['', '.', '..'].includes(name.trim()));
}

function withoutSlash(folder: string): string {
  return folder.replace(/\/$/, '');
}

export const mediaVariables = {
  mediaRoot: variable({
    name: 'MEDIA_ROOT',
    schema: z.string(),
    fallback: 'samples',
    help: 'Folder of the videos. A relative path is sent to the model service as an absolute path below it; other absolute paths are refused. The baseline model reads nothing else, and `/media/:videoId` sends nothing else.',
  }),
  mediaPathMap: variable<PathMap | null>({
    name: 'MEDIA_PATH_MAP',
    schema: pathMap,
    fallback: null,
    help: 'Where a model service other than the baseline model has that folder, or one in it: `from=to`, such as `/data/=/videos/`. Videos below `from` may be registered, too.',
  }),
  mediaAllowedHosts: variable<readonly string[] | null>({
    name: 'MEDIA_ALLOWED_HOSTS',
    schema: hosts,
    fallback: null,
    defaultText: 'any public host, at port 80 or 443',
    help: 'The only hosts from which videos may be registered by http(s), such as `media.example.org` or `10.0.0.7:8080`.',
  }),
};

export function readMedia(
  values: Values<typeof mediaVariables> & { modelServiceUrl: string | null },
): MediaConfig {
  return {
    root: values.mediaRoot,
    // The baseline model has the folders of this process.
    pathMap: values.modelServiceUrl === null ? null : values.mediaPathMap,
    allowedHosts: values.mediaAllowedHosts,
  };
}
