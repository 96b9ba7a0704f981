import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../platform/logger.ts';
import { createAsset, sendAsset } from './asset.ts';
import type { Asset } from './asset.ts';
import { refuse } from '../respond.ts';
import { exampleQuery } from './example-query.ts';
import { wantsPage } from '../graphql/negotiate.ts';
import { graphqlPath } from '../paths.ts';

const assetsPath = `${graphqlPath}/assets/`;
const title = 'fovea-jobs';

/**
 * Scripts are separate files, so that injected inline scripts do not run. Inline styles must be allowed, as the editor sets them
 * on its lines. Workers are files too, and need no `blob:`.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Files {
  page: string;
  /** By name. */
  assets: ReadonlyMap<string, Asset>;
}

/** Serves GraphiQL to browsers at the path of the API, and the files that it loads; returns false for other requests. */
export function createGraphiQLPage(logger: Logger, isShown: boolean) {
  // Read at the first request: most processes never serve these 9 MB.
  let files: Promise<Files> | undefined;

  async function answer(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { page, assets } = await (files ??= readFiles());
    if (path === graphqlPath) return answerPage(response, page);
    const asset = assets.get(path.slice(assetsPath.length));
    if (!asset) return refuse(response, 404, 'There is no such file.');
    return sendAsset(asset, request, response);
  }

  return (path: string, request: IncomingMessage, response: ServerResponse): boolean => {
    const isPage = path === graphqlPath && wantsPage(request.headers.accept);
    if (request.method !== 'GET' || !(isPage || path.startsWith(assetsPath))) return false;
    if (!isShown) {
      refuse(response, 404, 'GraphiQL is disabled.');
      return true;
    }
    answer(path, request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'page not read');
      refuse(response, 500, 'An internal error occurred.');
    });
    return true;
  };
}

function answerPage(response: ServerResponse, page: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
    'content-security-policy': pagePolicy,
    'cache-control': 'no-cache',
    vary: 'accept, origin',
  });
  response.end(page);
}

/** Splits the page of Yoga's renderer, which has its scripts inline, into a page and files. */
async function readFiles(): Promise<Files> {
  const parts = await import('@graphql-yoga/render-graphiql/graphiql');
  const assets = new Map<string, Asset>();
  // Relative, as a proxy may serve all this below another path.
  const add = (text: string | Buffer, type: string, extension: string): string => {
    const asset = createAsset(text, type);
    const name = `${asset.hash}.${extension}`;
    assets.set(name, asset);
    return `graphql/assets/${name}`;
  };
  const addScript = (text: string) => add(text, 'text/javascript; charset=utf-8', 'js');
  const workers = {
    editorWorkerService: addScript(parts.editorWorkerService),
    json: addScript(parts.jsonWorker),
    graphql: addScript(parts.graphqlWorker),
  };
  const icon = Buffer.from(parts.favicon.slice(parts.favicon.indexOf(',') + 1), 'base64');
  const page = toPage({
    icon: add(icon, 'image/x-icon', 'ico'),
    style: add(parts.css, 'text/css; charset=utf-8', 'css'),
    script: addScript(toScript(parts.js, workers)),
  });
  return { page, assets };
}

function toScript(graphiql: string, workers: Record<string, string>): string {
  const options = { title, defaultQuery: exampleQuery };
  return `const workers = ${JSON.stringify(workers)};
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => workers[label] };
${graphiql};
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), ${JSON.stringify(options)});
`;
}

function toPage({ icon, style, script }: Record<'icon' | 'style' | 'script', string>): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${title}</title>
    <link rel="icon" href="${icon}" />
    <link rel="stylesheet" href="${style}" />
    <script src="${script}" defer></script>
  </head>
  <body class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
  </body>
</html>
`;
}
