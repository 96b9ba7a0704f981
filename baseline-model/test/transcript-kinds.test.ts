import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMediaFolder, samples, serve, summarize } from './environment/service.ts';

const lecture = [
  'Today we talk about photosynthesis.',
  'Plants take up carbon dioxide through small pores.',
  'The light reactions split water and release oxygen.',
  'Rubisco fixes only three molecules per second.',
  'Any questions so far?',
  'Farmers in dry regions prefer maize and sorghum.',
  'The exam is on the ninth of June in room 12.',
  'For the exam you need to know both reactions.',
  'The project started in 2008 and costs 14 million dollars.',
  'Please read chapter four until next week.',
];
const match = [
  'Welcome back to the stadium, it is half-time.',
  'Rovers lead United by two goals to one.',
  'Smith scored the first goal after 11 minutes.',
  'The referee showed four yellow cards.',
  'Goalkeeper Lee was injured and left the pitch.',
  'There are 31,000 people in the ground.',
  'It rains, and the grass is very slippery.',
];
const german = [
  'Guten Abend und willkommen zu den Nachrichten.',
  'Der Stadtrat hat am Montag den Haushalt beschlossen.',
  'Die neue Schule kostet 12 Millionen Euro.',
  'Am Abend zog ein Unwetter über die Region.',
  'Die Feuerwehr rückte zu 140 Einsätzen aus.',
  'Der Eintritt ist für Kinder frei.',
];
const podcast = [
  'so um i think the main thing is that we started this company in a garage',
  'with basically no money and you know we had like three people',
  'and then in 2015 we got our first investor which was a big deal',
  'so we went out and we sold to hospitals first',
  'hospitals are slow they take eighteen months to sign anything',
  'but once they sign they stay for ten years',
  'and today we have four hundred hospitals and nine hundred employees',
];
describe('transcripts of other kinds', () => {
  const toVtt = (lines: readonly string[]) =>
    `WEBVTT\n\n${lines.map((line, index) => `${clock(index * 4)} --> ${clock(index * 4 + 3.9)}\n${line}\n`).join('\n')}`;
  const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 23);
  const kinds: [kind: string, need: string, expected: string | RegExp, lines: string[]][] = [
    ['a lecture', 'What is on the exam?', 'The exam is on the ninth of June in room 12.', lecture],
    ['a match', 'injuries', 'Goalkeeper Lee was injured and left the pitch.', match],
    ['German news', 'Was kostet die Schule?', 'Die neue Schule kostet 12 Millionen Euro.', german],
    ['captions without punctuation', 'hospitals', /hospitals[^.]*\.$/iu, podcast],
    ['one cue', 'anything', 'The bridge is closed.', ['The bridge is closed']],
    ['3,000 cues', 'What does bridge 7 cost?', 'bridge', manyLines()],
  ];

  test.each(kinds)('%s: %s', async (_, need, expected, lines) => {
    const mediaRoot = await createMediaFolder({ 'talk.mp4': 'x', 'talk.vtt': toVtt(lines) });
    const answer = await summarize(await serve({ mediaRoot }), { information_need: need });
    expect(answer.summary).toMatch(expected);
    expect(answer.key_frames.length).toBeGreaterThan(0);
    expect(answer.visual_analysis).toBeNull();
  });

  function manyLines(): string[] {
    return Array.from(
      { length: 3000 },
      (_, index) =>
        `The ${index % 3 === 0 ? 'bridge' : 'ferry'} ${index % 90} costs ${index} euros.`,
    );
  }
});

test('a video with a transcript of another format is read the same way', async () => {
  const mediaRoot = await createMediaFolder({});
  await copyFile(join(samples, 'harbour-news.mp4'), join(mediaRoot, 'talk.mp4'));
  await writeFile(
    join(mediaRoot, 'talk.srt'),
    '1\r\n00:00:01,000 --> 00:00:04,000\r\nThe ferry sails\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\nto the island today.\r\n',
  );
  const answer = await summarize(await serve({ mediaRoot }), { video_path: 'talk.mp4' });
  expect(answer.summary).toBe('The ferry sails to the island today.');
  expect(answer.key_frames).toMatchObject([{ timestamp: 1, frame_number: 5 }]);
});
