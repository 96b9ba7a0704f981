import { z } from 'zod';
import { variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

/** The model service has `to` where we have `from`: absolute folders, without a slash at the end. */
export interface PathMap {
  from: string;
  to: string;
}

/** Which paths of videos the model service is given. */
export interface MediaConfig {
  /** Of absolute paths, only those below this folder are given. */
  root: string;
  /** Null: it has the folders of this process. */
  pathMap: PathMap | null;
  /** Null: every public host, on the ports of http and https. */
  allowedHosts: readonly string[] | null;
}

/** `host` or `host:port`, separated by commas; the host as a URL would have it, and without a dot at its end. */
const hosts = z.string().transform((text, context): readonly string[] => {
  const given = text
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  return given.flatMap((host) => {
    const isHost = /^[^/\\?#@\s]+$/.test(host) && URL.canParse(`http://${host}`);
    if (!isHost) {
      context.addIssue(
        `${host} is not a host or host:port; write them as media.example.org,10.0.0.7:8080`,
      );
    }
    return isHost ? [normalizeHost(host)] : [];
  });
});

/** A URL would leave the port out where it is that of http. */
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
      'it must be from=to, the absolute folder here and that of the model service, as /data/=/videos/',
    );
  }
  return { from: withoutSlash(from ?? ''), to: withoutSlash(to ?? '') };
});

/** Written as a path may be: it is compared name by name. */
function isFolder(path: string): boolean {
  return withoutSlash(path)
    .split('/')
    .slice(1)
    .every((name) => !['', '.', '..'].includes(name.trim()));
}

function withoutSlash(folder: string): string {
  return folder.replace(/\/$/, '');
}

/** Which videos the model service is sent to, and by which paths. */
export const mediaVariables = {
  mediaRoot: variable({
    name: 'MEDIA_ROOT',
    schema: z.string(),
    fallback: 'samples',
    help: 'Folder of the videos: a relative path is sent to the model service as an absolute one below it, and other absolute paths are refused. The baseline model reads nothing else.',
  }),
  mediaPathMap: variable<PathMap | null>({
    name: 'MEDIA_PATH_MAP',
    schema: pathMap,
    fallback: null,
    help: 'Where another model service than the baseline model has that folder, or one in it: `from=to`, as `/data/=/videos/`. Videos below `from` may be registered, too.',
  }),
  mediaAllowedHosts: variable<readonly string[] | null>({
    name: 'MEDIA_ALLOWED_HOSTS',
    schema: hosts,
    fallback: null,
    defaultText: 'any public host, at port 80 or 443',
    help: 'Hosts, as `media.example.org` or `10.0.0.7:8080`, that videos may be at by http(s); others then may not.',
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
