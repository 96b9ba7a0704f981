import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createConsolePage } from '../../src/http/pages/console-page.ts';
import { listen, toUrl } from '../../src/http/listen.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { startApiServer } from '../environment/app/api-server.ts';
import type { ApiServer } from '../environment/app/api-server.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { sendRequest } from '../environment/clients/http-request.ts';

expectNoLeaks();

const screens = [
  '/',
  '/jobs/01a2',
  '/jobs/01a2/log',
  '/batches/01a2',
  '/compare/01a2/01a3',
  '/new',
  '/queues',
  '/errors',
  '/settings',
];

let server: ApiServer;

beforeAll(async () => {
  server = await startApiServer('embedded');
});

afterAll(() => server[Symbol.asyncDispose]());

/** The addresses of what a page loads, as a browser resolves them. */
function listFiles(html: string, url: string): string[] {
  const found = html.matchAll(/(?:src|href)="(?<address>[^"]+)"/g);
  return [...found].map(({ groups }) => new URL(groups!['address']!, url).href);
}

describe('the console', () => {
  test.each(screens)('is served at %s, and finds its files from there', async (path) => {
    const url = `${server.url}${path}?state=failed`;
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const files = listFiles(await page.text(), url);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const answer = await fetch(file);
      expect({ file, status: answer.status }).toEqual({ file, status: 200 });
      expect(answer.headers.get('cache-control')).toContain('immutable');
    }
  });

  test('finds its files below a path that a proxy takes away', async () => {
    const html = await (await fetch(`${server.url}/jobs/01a2/log`)).text();
    const files = listFiles(html, 'https://example.org/tools/fovea/jobs/01a2/log');
    for (const file of files) {
      expect(file).toMatch(/^https:\/\/example\.org\/tools\/fovea\/console\/[\w-]+\.\w+$/);
    }
  });

  test('answers HEAD with what GET would say, and without a body', async () => {
    const get = await fetch(`${server.url}/queues`);
    const head = await fetch(`${server.url}/queues`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect(await head.text()).toBe('');
    await get.text();
  });

  test.each(['/console/none.js', '/console/', '/console/../index.html', '/jobs', '/new/x'])(
    'is not at %s',
    async (path) => {
      expect(await sendRequest(server.url, { path })).toMatchObject({ status: 404 });
    },
  );

  test.each(['/jobs', '/new/x', '/no/such/page'])(
    'tells who opens %s in a browser that there is nothing, and tells programs in their way',
    async (path) => {
      const url = `${server.url}${path}`;
      const opened = await fetch(url, { headers: { accept: 'text/html,*/*;q=0.8' } });
      expect(opened.status).toBe(404);
      expect(opened.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(opened.headers.get('vary')).toContain('accept');
      for (const file of listFiles(await opened.text(), url)) {
        expect({ file, status: (await fetch(file)).status }).toEqual({ file, status: 200 });
      }
      const asked = await fetch(url);
      expect(asked.status).toBe(404);
      expect(await asked.json()).toEqual({ error: 'not found' });
    },
  );

  test('takes no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expect(await sendRequest(server.url, { method, path: '/queues', body: '' })).toMatchObject({
        status: 404,
      });
    }
  });

  test('sends no file that lies beside its own', async () => {
    for (const path of ['/console/..%2ftrusted-documents.json', '/trusted-documents.json']) {
      expect(await sendRequest(server.url, { path })).toMatchObject({ status: 404 });
    }
  });
});

test('with CONSOLE=false, the root leads to the API, and nothing else is there', async () => {
  await using without = await startApiServer('embedded', { overrides: { servesConsole: false } });
  expect(await sendRequest(without.url, { path: '/' })).toMatchObject({
    status: 302,
    headers: { location: '/graphql' },
  });
  for (const path of ['/queues', '/jobs/01a2', '/console/index.js']) {
    expect(await sendRequest(without.url, { path })).toMatchObject({ status: 404 });
  }
});

/** What a console says at a path to a browser, if its files are in this folder. */
async function askConsole(folder: string, path: string): Promise<{ status: number; said: string }> {
  const { answer, answerMissing } = createConsolePage(createLogger('silent', false), folder);
  const unread = createServer((request, response) => {
    const answers = [answer, answerMissing];
    if (!answers.some((tried) => tried(request.url!, request, response))) response.destroy();
  });
  await listen(unread, 0, '127.0.0.1');
  const headers = { connection: 'close', accept: 'text/html' };
  const page = await fetch(toUrl(unread) + path, { headers });
  await new Promise((closed) => unread.close(closed));
  return { status: page.status, said: await page.text() };
}

test('a console that is not built says how to build it', async () => {
  const { status, said } = await askConsole('/nowhere', '/');
  expect(status).toBe(500);
  expect(said).toContain('npm run console');
});

test('without a console that is built, there is nothing at a path that is none of its own', async () => {
  const { status, said } = await askConsole('/nowhere', '/no/such/path');
  expect(status).toBe(404);
  expect(said).not.toContain('npm run console');
});

test('a console whose files cannot be read does not say that it is not built', async () => {
  // A file where the folder should be.
  const { status, said } = await askConsole(import.meta.filename, '/');
  expect(status).toBe(500);
  expect(said).toContain('cannot be read (ENOTDIR)');
  expect(said).not.toContain('not built');
});
