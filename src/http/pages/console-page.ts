import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import type { Logger } from '../../platform/logger.ts';
import { refuse } from '../respond.ts';
import { createAsset, sendAsset } from './asset.ts';
import type { Asset } from './asset.ts';

/** Made by `npm run console`, which `npm ci` runs. */
const builtFolder = join(import.meta.dirname, '../../../web/dist');
/** What it sends, by hash. */
export const consoleDocumentsPath = join(builtFolder, 'trusted-documents.json');
const filesPath = '/console/';

/** The paths of its screens. Which one it is, is for the script in the page to see. */
const screen = /^\/(?:$|(?:jobs|batches|compare)\/|(?:new|queues|errors|settings)$)/;

/** Nothing is inline, nothing comes from elsewhere, and no text becomes a script. A video may be played from a file that is chosen. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Files {
  page: string;
  /** By name. */
  assets: ReadonlyMap<string, Asset>;
}

/** Answers a request; false for one that is not for it. */
type Answer = (path: string, request: IncomingMessage, response: ServerResponse) => boolean;

export interface ConsolePage {
  /** Of one of its screens or files. */
  answer: Answer;
  /** Of somebody who opened a path at which there is nothing: the page says so, and where one can go. */
  answerMissing: Answer;
}

/** Serves the console at `/` and at the paths of its screens, from where it is built. */
export function createConsolePage(logger: Logger, folder = builtFolder): ConsolePage {
  // Read at the first request, as what is built may be built later.
  let files: Promise<Files> | undefined;

  async function send(path: string, request: IncomingMessage, response: ServerResponse) {
    const { page, assets } = await (files ??= readFiles(folder));
    if (!path.startsWith(filesPath))
      return sendPage(response, screen.test(path) ? 200 : 404, toHtml(page, path));
    const asset = assets.get(path.slice(filesPath.length));
    if (!asset) return refuse(response, 404, 'There is no such file.');
    return sendAsset(asset, request, response);
  }

  function trySend(path: string, request: IncomingMessage, response: ServerResponse): true {
    send(path, request, response).catch((error: unknown) => {
      files = undefined;
      logger.error({ err: error }, 'console not read');
      if (isOurs(path)) refuse(response, 500, explain(error));
      else refuse(response, 404, 'There is nothing at this path.');
    });
    return true;
  }

  return {
    answer: (path, request, response) =>
      isRead(request) && isOurs(path) && trySend(path, request, response),
    answerMissing: (path, request, response) =>
      isRead(request) &&
      (request.headers.accept ?? '').includes('text/html') &&
      trySend(path, request, response),
  };
}

function isOurs(path: string): boolean {
  return screen.test(path) || path.startsWith(filesPath);
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** What whoever installs it can do; the rest is in the log, as paths are not for everybody. */
function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === 'ENOENT')
    return 'The console is not built: npm ci, then npm run console. CONSOLE=false disables it.';
  const what = code === undefined ? '' : ` (${code})`;
  return `The files of the console cannot be read${what}; the log of the server says why.`;
}

/** Its addresses are relative, as a proxy may serve all this below another path. */
function toHtml(page: string, path: string): string {
  const up = '../'.repeat(path.split('/').length - 2) || './';
  return page.replaceAll('"./', `"${up}`);
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(html),
    'content-security-policy': pagePolicy,
    'cache-control': 'no-cache',
    vary: 'origin, accept',
  });
  response.end(html);
}

async function readFiles(folder: string): Promise<Files> {
  const assetsFolder = join(folder, 'console');
  const [page, names] = await Promise.all([
    readFile(join(folder, 'index.html'), 'utf8'),
    readdir(assetsFolder),
  ]);
  const assets = await Promise.all(
    names.map(async (name) => {
      const type = types[extname(name)] ?? 'application/octet-stream';
      return [name, createAsset(await readFile(join(assetsFolder, name)), type)] as const;
    }),
  );
  return { page, assets: new Map(assets) };
}
