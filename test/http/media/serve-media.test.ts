import { readFile, stat } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { readHeaders } from '../../environment/access/run-action.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { sendRequest } from '../../environment/clients/http-request.ts';

expectNoLeaks();

const sample = 'samples/bee-interview.webm';

const { app } = useTestApp('external');
let bytes: Buffer;
let url: string;

beforeAll(async () => {
  bytes = await readFile(sample);
  url = `${app.url}/${await register('bee-interview.webm')}`;
});

/** Registers a video, and returns its `mediaUrl`. */
async function register(path: string): Promise<string | null> {
  const { registerVideo } = await app.graphql.request(
    `mutation ($path: String!) { registerVideo(input: { title: "Bees", path: $path }) {
        ... on RegisterVideoPayload { video { id mediaUrl } } ... on Error { message } } }`,
    { path },
  );
  const { id, mediaUrl } = registerVideo.video;
  if (mediaUrl !== null) expect(mediaUrl).toBe(`media/${id}`);
  return mediaUrl;
}

function get(headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(url, { headers, method });
}

async function expectBytes(answer: Response, start: number, end: number): Promise<void> {
  expect(answer.status).toBe(206);
  expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end}/${bytes.length}`);
  expect(answer.headers.get('content-length')).toBe(String(end - start + 1));
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes.subarray(start, end + 1));
}

async function expectWhole(answer: Response): Promise<void> {
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-range')).toBeNull();
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
}

test('a file is sent as what it is, and as nothing else', async () => {
  const answer = await get();
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'video/webm',
    'content-length': String(bytes.length),
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache, no-transform',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'last-modified': (await stat(sample)).mtime.toUTCString(),
    etag: expect.stringMatching(/^"[\da-z]+-[\da-z]+"$/),
  });
  expect(answer.headers.get('content-disposition')).toBeNull();
  await expectWhole(answer);
});

test.each([
  ['bytes=0-', 0, -1],
  ['bytes=0-99', 0, 99],
  ['bytes=100-100', 100, 100],
  ['bytes=500-', 500, -1],
  ['bytes=-7', -7, -1],
  ['bytes=-99999999', 0, -1],
  ['bytes=10-99999999', 10, -1],
  ['BYTES= 10-20 ', 10, 20],
])('%s is sent alone', async (range, start, end) => {
  const place = (at: number) => (at < 0 ? bytes.length + at : at);
  await expectBytes(await get({ range }), place(start), place(end));
});

test.each(['bytes=0-1,5-9', 'bytes=9-3', 'bytes=x-9', 'bytes=-', 'lines=0-9', 'bytes=0x1-9', '1'])(
  '%s is answered with the whole',
  async (range) => expectWhole(await get({ range })),
);

test.each(['bytes=99999999-', 'bytes=-0', 'bytes=99999999-999999999'])(
  'of %s there is nothing',
  async (range) => {
    const answer = await get({ range });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
  },
);

test('what a client has is not sent again', async () => {
  const { headers } = await get({}, 'HEAD');
  const [etag, lastModified] = [headers.get('etag')!, headers.get('last-modified')!];
  for (const has of [
    { 'if-none-match': etag },
    { 'if-none-match': `"x", W/${etag}` },
    { 'if-none-match': '*' },
    { 'if-modified-since': lastModified },
    { 'if-none-match': etag, range: 'bytes=0-9' },
  ] as Record<string, string>[]) {
    const answer = await get(has);
    expect([answer.status, answer.headers.get('etag')]).toEqual([304, etag]);
    expect(await answer.text()).toBe('');
  }
  const other = { 'if-none-match': '"x"', 'if-modified-since': lastModified };
  await expectWhole(await get(other));
  await expectWhole(await get({ 'if-modified-since': 'Thu, 01 Jan 2015 00:00:00 GMT' }));
});

test('a part is sent only to who has the rest of the same file', async () => {
  const { headers } = await get({}, 'HEAD');
  const [etag, lastModified] = [headers.get('etag')!, headers.get('last-modified')!];
  const range = 'bytes=5-9';
  await expectBytes(await get({ range, 'if-range': etag }), 5, 9);
  await expectBytes(await get({ range, 'if-range': lastModified }), 5, 9);
  for (const other of ['"x"', `W/${etag}`, 'Thu, 01 Jan 2015 00:00:00 GMT']) {
    await expectWhole(await get({ range, 'if-range': other }));
  }
});

test('HEAD says what GET would', async () => {
  const ranges: Record<string, string>[] = [{ range: 'bytes=3-9' }, { range: 'bytes=99999999-' }];
  for (const headers of [{}, ...ranges]) {
    const [whole, head] = [await get(headers), await get(headers, 'HEAD')];
    await whole.arrayBuffer();
    expect(await head.text()).toBe('');
    expect(head.status).toBe(whole.status);
    expect(readHeaders(head)).toEqual(readHeaders(whole));
    expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
  }
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is not served', async (method) => {
  const answer = await get({}, method);
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('what is no video, or has no file here, is not there', async () => {
  expect(await register('https://media.example.org/clip.mp4')).toBeNull();
  expect(await register('none.mp4')).toBeNull();
  const { videos } = await app.graphql.request('{ videos { edges { node { id path } } } }');
  const ids = videos.edges
    .filter(({ node }: any) => node.path !== 'bee-interview.webm')
    .map(({ node }: any) => encodeURIComponent(node.id));
  expect(ids).toHaveLength(2);
  for (const id of [...ids, 'none', '', '%', '%00', '..%2fpackage.json', '../package.json']) {
    const answer = await sendRequest(app.url, { path: `/media/${id}` });
    expect([id, answer.status]).toEqual([id, 404]);
  }
});
