import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { serve as startServer } from '../../src/http/serve.ts';
import type { ServeOptions } from '../../src/http/serve.ts';
import { createTextAnalyzer } from '../../src/text/analyze.ts';
import { streamLineSchema, summarizeResponseSchema } from './client.ts';
import type { StreamLine } from './client.ts';

export const samples = new URL('../../../samples', import.meta.url).pathname;
export const json = { 'content-type': 'application/json' };
export const ndjson = { ...json, accept: 'application/x-ndjson, application/json' };
export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
export const harbour = { video_id: 'harbour-news', video_path: 'harbour-news.mp4' };
export const economist = {
  persona_role: 'Port economist',
  information_need: 'What does the harbour project cost and who pays for it?',
};

/** Its language model takes longer to load than most tests take. */
const analyzer = createTextAnalyzer();
export const serveOptions = { port: 0, mediaRoot: samples, logger: silent, analyzer };

/** Starts a service until the test ends; returns its URL. */
export async function serve(options: Partial<ServeOptions> = {}): Promise<string> {
  const service = await startServer({ ...serveOptions, ...options });
  onTestFinished(async () => service[Symbol.asyncDispose]());
  return service.url;
}

/** A folder with these files until the test ends. */
export async function createMediaFolder(files: Record<string, string | Buffer>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baseline-media-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

export async function post(
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = json,
): Promise<Response> {
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Posts a request for a summary of `talk`, unless the body names another video. */
export async function requestSummary(url: string, body: object = {}): Promise<Response> {
  return post(url, '/api/summarize', { video_id: 'talk', persona_id: 'p', ...body });
}

export async function summarize(url: string, body: object) {
  const response = await requestSummary(url, body);
  const answer: unknown = await response.json();
  expect(response.status, JSON.stringify(answer)).toBe(200);
  return summarizeResponseSchema.parse(answer);
}

export async function readLines(url: string, path: string, body: unknown): Promise<StreamLine[]> {
  const response = await post(url, path, body, ndjson);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).trim().split('\n');
  return lines.map((line) => streamLineSchema.parse(JSON.parse(line)));
}
