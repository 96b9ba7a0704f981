import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { addVersions } from '../src/caches/add-versions.ts';
import { createNewest } from '../src/caches/newest.ts';
import { findResumable } from '../src/caches/resumable.ts';

test('an older answer does not undo a newer one, and keeps what it has alone', () => {
  const toNewest = createNewest();
  toNewest({ jobUpdated: { id: 'a', version: 23, state: 'COMPLETED', progress: 100 } });
  expect(
    toNewest({ jobs: [{ node: { id: 'a', version: 4, state: 'ACTIVE', stage: 'Reading' } }] }),
  ).toEqual({ jobs: [{ node: { id: 'a', version: 23, state: 'COMPLETED', stage: 'Reading' } }] });
  expect(toNewest({ job: { id: 'a', version: 24, state: 'QUEUED' } })).toMatchObject({
    job: { version: 24, state: 'QUEUED' },
  });
  const other = { video: { id: 'b', title: 'Harbour' }, list: [null, 1, 'x'] };
  expect(toNewest(other)).toEqual(other);
});

test('documents get the versions of jobs wherever they select one', () => {
  const document = parse(`query {
    jobs { edges { node { state ... on VideoSummarizationJob { pipeline { jobs { state } } } } } }
    video(id: "1") { title }
  }
  fragment Row on Job { progress basedOn { id } }`);
  expect(print(addVersions(document)).replaceAll(/\s+/g, ' ')).toBe(
    '{ jobs { edges { node { state ... on VideoSummarizationJob { pipeline { jobs { state id version } } id version } id version } } } video(id: "1") { title } } fragment Row on Job { progress basedOn { id version } id version }',
  );
});

test.each([
  ['subscription ($id: ID!) { jobLogAdded(id: $id) { message } }', { resumeAfter: 7 }],
  [
    'subscription ($id: ID!, $seen: Int) { jobLogAdded(id: $id, after: $seen) { message } }',
    { seen: 7 },
  ],
  ['subscription { log: jobLogAdded(id: "1", after: 3) { message } }', { resumeAfter: 7 }],
])('%s goes on after what came last', (text, expected) => {
  const resumable = findResumable(parse(text))!;
  const name = text.includes('log:') ? 'log' : 'jobLogAdded';
  expect(resumable.resume({}, { [name]: { sequence: 7 } })).toEqual(expected);
  expect(print(resumable.document)).toContain('sequence');
  expect(print(resumable.document)).toMatch(/after: \$(resumeAfter|seen)\)/);
});
