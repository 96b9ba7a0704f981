import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import type { Lookup } from '../../src/model-service/media-url.ts';
import { startTestApp, createTestStack } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const register = `mutation ($input: RegisterVideoInput!) {
  registerVideo(input: $input) {
    __typename
    ... on RegisterVideoPayload { video { path } }
    ... on ValidationError { issues { path message } }
  }
}`;
const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { state error { code message } } }';

let stack: TestStack;
let model: FakeModelService;
let app: TestApp;

beforeAll(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
  const env = {
    MODEL_SERVICE_URL: model.url,
    MEDIA_ROOT: '/media',
    MEDIA_PATH_MAP: '/media/=/videos/',
    MEDIA_ALLOWED_HOSTS: '10.0.0.7',
  };
  app = await startTestApp({ stack, env });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

describe('a video', () => {
  test.each([
    'a/b.mp4',
    '/media/b.mp4',
    'http://10.0.0.7/b.mp4',
    'Keynote: AI.mp4',
    'subfile,,start,0,end,0,,:/etc/passwd',
  ])('is registered at %s', async (path) => {
    const { registerVideo } = await app.graphql.request(register, {
      input: { title: 'A', path },
    });
    expect(registerVideo).toEqual({ __typename: 'RegisterVideoPayload', video: { path } });
  });

  test.each([
    ['file:///etc/passwd', 'Must be a path below the media folder, or an http(s) URL.'],
    ['../../etc/passwd', 'Must be a path below the media folder, or an http(s) URL.'],
    ['http://169.254.169.254/latest/meta-data/', 'Must be at an allowed host.'],
  ])('is not at %s', async (path, message) => {
    const { registerVideo } = await app.graphql.request(register, { input: { title: 'A', path } });
    expect(registerVideo).toEqual({
      __typename: 'ValidationError',
      issues: [{ path: ['input', 'path'], message }],
    });
  });
});

test('a path that was registered when it was allowed is not given to the model service any more', async () => {
  const subjects = await createSubjects(app.graphql, { path: '/media/b.mp4' });
  const client = new pg.Client(stack.env['DATABASE_URL']);
  await client.connect();
  await client.query('update video set path = $1 where id = $2', [
    'http://127.0.0.1:6379/',
    subjects.videoId,
  ]);
  await client.end();
  const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
  const seen: unknown[] = [];
  for await (const { data } of app.graphql.subscribe('sse', watch, { id })) {
    seen.push(data?.['jobUpdated']);
  }
  const message = 'The path of the video is not allowed. Must be at an allowed host.';
  expect(seen.at(-1)).toEqual({ state: 'FAILED', error: { code: 'INVALID_INPUT', message } });
  expect(model.calls).toEqual([]);
});

test.each([
  ['na\u0069\u0308ve: 100%.mp4', '/videos/na\u0069\u0308ve: 100%.mp4'],
  ['HTTP://10.0.0.7/b.mp4?a', 'http://10.0.0.7/b.mp4?a'],
])('%j is shown as it was given, and given to the model service as %j', async (path, sent) => {
  const subjects = await createSubjects(app.graphql, { path });
  const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
  expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({ state: 'COMPLETED' });
  const { video } = await app.graphql.request('query ($id: ID!) { video(id: $id) { path } }', {
    id: subjects.videoId,
  });
  expect(video).toEqual({ path });
  expect(model.calls.at(-1)?.body).toMatchObject({ video_path: sent });
});

test('without a list of hosts, a name is looked up before a video is registered there', async () => {
  const addresses = new Map([
    ['public.example.org', '93.184.215.14'],
    ['inside.example.org', '10.0.0.7'],
  ]);
  const lookup: Lookup = async (name) => [{ address: addresses.get(name)! }];
  const env = { MODEL_SERVICE_URL: model.url };
  await using api = await startTestApp({ stack, env, role: 'api', overrides: { lookup } });
  const registerAt = async (path: string) =>
    (await api.graphql.request(register, { input: { title: 'A', path } }))['registerVideo'];
  const path = 'https://public.example.org/a.mp4';
  expect(await registerAt(path)).toMatchObject({ video: { path } });
  const message = 'Must be at a public host; this one has an address that is not.';
  expect(await registerAt('https://inside.example.org/a.mp4')).toMatchObject({
    issues: [{ path: ['input', 'path'], message }],
  });
});
