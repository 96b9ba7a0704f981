import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page, Response } from 'playwright-core';
import { listen, toUrl } from '../../../src/http/listen.ts';
import { createTestStack } from '../../environment/app/app.ts';
import { startAppWithDatabase } from '../../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../../environment/app/app-with-database.ts';
import { accounts, createTicket, signIn } from '../../environment/access/credentials.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { eventually } from '../../environment/eventually.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../../environment/clients/graphql-client.ts';
import { createSubjects, followJob, startJob } from '../../environment/jobs/jobs.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { openBrowser } from '../../environment/programs/browser.ts';

expectNoLeaks();

const disposables = new AsyncDisposableStack();
let app: AppWithDatabase;
let ann: GraphQLClient;
let jobId: string;
/** Sites of which one may use the API. */
let listed: string;
let unlisted: string;

/** Starts a server of nothing but a page; returns its origin, which is another one than that of the app. */
async function servePage(): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<video muted></video>');
  });
  await listen(server, 0, '127.0.0.1');
  disposables.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return toUrl(server).replace('127.0.0.1', 'localhost');
}

beforeAll(async () => {
  [listed, unlisted] = [await servePage(), await servePage()];
  const stack = disposables.use(await createTestStack('embedded'));
  const model = disposables.use(await startFakeModelService());
  const env = { ...accounts, MODEL_SERVICE_URL: model.url, CORS_ORIGINS: listed };
  app = disposables.use(await startAppWithDatabase(stack, env));
  ann = createGraphQLClient(app.url, await signIn('ann'));
  const subjects = await createSubjects(ann, { path: 'bee-interview.webm' });
  jobId = (await startJob(ann, 'summarizeVideo', subjects))['id'];
  await followJob(ann, 'sse', jobId);
});

afterAll(() => disposables.disposeAsync());

/** What the holder of a ticket is shown of the job's video, as the address that a player is given. */
async function readAddress(ticket: string): Promise<string> {
  const holder = createGraphQLClient(app.url, ticket);
  const document = `subscription ($id: ID!) { jobUpdated(id: $id) { subject { video { mediaUrl } } } }`;
  const [answer] = await Array.fromAsync(holder.subscribe('sse', document, { id: jobId }));
  const { mediaUrl } = answer!.data!['jobUpdated'].subject.video;
  return `${new URL(mediaUrl, `${app.url}/graphql`).href}?ticket=${ticket}`;
}

/** Opens a page with a `<video>`; returns the answers that its player gets. */
async function openPage(page: Page, site: string): Promise<Response[]> {
  const answers: Response[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/media/')) answers.push(response);
  });
  await page.route(`${app.url}/page`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<video muted></video>' }),
  );
  await page.goto(`${site}/page`);
  return answers;
}

interface Played {
  duration: number;
  width: number;
  seekedTo: number;
  playedTo: number;
  error: string | undefined;
}

/** Loads a video, seeks in it, and plays on from there. */
function play(page: Page, address: string, crossOrigin: string | null): Promise<Played> {
  return page.evaluate(
    async ([src, mode]) => {
      const video = document.querySelector('video')!;
      const when = (...names: string[]) =>
        Promise.race(
          [...names, 'error'].map(
            (name) => new Promise((done) => video.addEventListener(name, done, { once: true })),
          ),
        );
      video.crossOrigin = mode;
      video.src = src!;
      await when('loadeddata');
      const { duration, videoWidth: width } = video;
      const readError = () => video.error?.message;
      if (readError()) return { duration, width, seekedTo: 0, playedTo: 0, error: readError() };
      video.currentTime = 40;
      await when('seeked');
      const seekedTo = video.currentTime;
      await video.play();
      while (video.currentTime < 40.5 && !readError()) await when('timeupdate');
      const playedTo = video.currentTime;
      video.pause();
      return { duration, width, seekedTo, playedTo, error: readError() };
    },
    [address, crossOrigin] as const,
  );
}

test('a browser plays and seeks a video with a ticket, here and on a listed site', async () => {
  await using browser = await openBrowser();
  const address = await readAddress(await createTicket(ann, jobId));
  for (const [site, mode] of [
    [app.url, null],
    [listed, 'anonymous'],
  ] as const) {
    const page = await browser.newPage();
    const answers = await openPage(page, site);
    const played = await play(page, address, mode);
    expect(played).toMatchObject({ duration: expect.closeTo(51, 0), width: 320, seekedTo: 40 });
    expect(played.error).toBeUndefined();
    expect(played.playedTo).toBeGreaterThan(40.4);
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) {
      expect(answer.status()).toBe(206);
      expect(await answer.request().headerValue('range')).toMatch(/^bytes=\d+-$/);
      expect(await answer.headerValue('content-type')).toBe('video/webm');
    }
  }
});

test('the function of docs/api.md shows a video to who has a ticket', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/api.md'), 'utf8');
  const [, code = ''] = /^```ts\n(export function showVideo[^]*?)^```$/m.exec(page)!;
  const script = stripTypeScriptTypes(code.replace('export ', ''));
  await using browser = await openBrowser();
  const opened = await browser.newPage();
  await openPage(opened, listed);
  await opened.addScriptTag({ content: script.replace('http://127.0.0.1:4000', app.url) });
  const ticket = await createTicket(ann, jobId);
  const { pathname } = new URL(await readAddress(ticket));
  const call = `showVideo(document.querySelector('video'), '${pathname.slice(1)}', '${ticket}')`;
  await opened.evaluate(call);
  const readWidth = () => opened.evaluate(() => document.querySelector('video')!.videoWidth);
  await eventually(async () => expect(await readWidth()).toBe(320));
});

test('a browser plays nothing without a ticket, or for a page that may not use the API', async () => {
  await using browser = await openBrowser();
  const ticket = await createTicket(ann, jobId);
  const address = await readAddress(ticket);
  for (const [site, src, mode, status] of [
    [app.url, address.replace(ticket, 'none'), null, 401],
    [app.url, address.replace(/\?.*/, ''), null, 401],
    [unlisted, address, 'anonymous', 403],
    [unlisted, address, null, 403],
  ] as const) {
    const page = await browser.newPage();
    const answers = await openPage(page, site);
    expect((await play(page, src, mode)).error).toBeTruthy();
    // Of what is kept from a page of another site, the browser does not tell.
    for (const answer of answers) expect(answer.status()).toBe(status);
    if (status === 401) expect(answers).not.toEqual([]);
  }
});
