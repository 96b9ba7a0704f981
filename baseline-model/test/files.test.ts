import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findBelow } from '../src/media/find-video.ts';
import { listTranscripts } from '../src/transcript/list-transcripts.ts';
import { readTranscript } from '../src/transcript/read-transcript.ts';

const nfc = 'caf\u00e9';
const nfd = 'cafe\u0301';
const vtt = (text: string) => `WEBVTT\n\n00:01.000 --> 00:04.000\n${text}`;
const srt = (text: string) => `1\n00:00:01,000 --> 00:00:04,000\n${text}`;

/** A folder with these files, by their paths in it. */
async function makeFolder(files: Record<string, string>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'fovea-media-')));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const empty = (names: string[]) => Object.fromEntries(names.map((name) => [name, '']));

describe('a video', () => {
  test.each([
    [`${nfd}.mp4`, `${nfc}.mp4`],
    [`${nfc}.mp4`, `${nfd}.mp4`],
    [`${nfd}/${nfc}.mp4`, `${nfc}/${nfd}.mp4`],
    ['Keynote: AI.mp4', 'Keynote: AI.mp4'],
    ['subfile,,start,0,end,9,,:clip.mp4', 'subfile,,start,0,end,9,,:clip.mp4'],
    ['100%25.mp4', '100%25.mp4'],
  ])('stored as %j is found as %j, and by its absolute path', async (stored, path) => {
    const root = await makeFolder({ [stored]: '' });
    expect(await findBelow(root, path)).toBe(join(root, stored));
    expect(await findBelow(root, join(root, path))).toBe(join(root, stored));
  });

  test('that has another with the same name in NFD beside it is the one that is asked for', async () => {
    const root = await makeFolder(empty([`${nfc}.mp4`, `${nfd}.mp4`]));
    expect(await findBelow(root, `${nfc}.mp4`)).toBe(join(root, `${nfc}.mp4`));
    expect(await findBelow(root, `${nfd}.mp4`)).toBe(join(root, `${nfd}.mp4`));
  });

  test('outside is not found, in whichever form', async () => {
    const outside = await makeFolder({ [`${nfd}.mp4`]: '', [`${nfd}/a.mp4`]: '' });
    const root = await makeFolder({});
    await symlink(join(outside, nfd), join(root, nfd));
    for (const path of [join(outside, `${nfc}.mp4`), `${nfd}/a.mp4`, `${nfc}/a.mp4`, '']) {
      expect(await findBelow(root, path)).toBeUndefined();
    }
  });
});

describe('of transcripts', () => {
  test.each<[what: string, names: string[], found: string[], language?: string]>([
    ['an extension in capitals is one', ['talk.VTT', 'talk.Srt'], ['talk.VTT', 'talk.Srt']],
    ['WebVTT comes first', ['talk.srt', 'talk.vtt'], ['talk.vtt', 'talk.srt']],
    [
      'languages are in their names',
      ['talk.en.vtt', 'talk.pt-BR.srt', 'talk.zh_Hant.vtt'],
      ['talk.en.vtt', 'talk.zh_Hant.vtt', 'talk.pt-BR.srt'],
    ],
    ['the name of the video may be whole', ['talk.mp4.en.vtt'], ['talk.mp4.en.vtt']],
    [
      'that which names no language comes first',
      ['talk.de.vtt', 'talk.srt'],
      ['talk.srt', 'talk.de.vtt'],
    ],
    [
      'that which names no language comes before another one than is spoken',
      ['talk.de.vtt', 'talk.vtt'],
      ['talk.vtt', 'talk.de.vtt'],
      'en',
    ],
    [
      'that in the language that is spoken comes first of all',
      ['talk.vtt', 'talk.de.srt', 'talk.en.vtt'],
      ['talk.de.srt', 'talk.vtt', 'talk.en.vtt'],
      'de-CH',
    ],
    ['other names are none', ['talks.vtt', 'talk.info.vtt', 'talk2.vtt', 'talk.en.txt'], []],
    ['those of another video are none', ['talk.two.mp4', 'talk.two.vtt'], []],
  ])('%s', async (_what, names, found, language) => {
    const root = await makeFolder(empty(['talk.mp4', ...names]));
    expect(await listTranscripts(join(root, 'talk.mp4'), language)).toEqual(found);
  });

  test('that in NFD is beside a video in NFC', async () => {
    const root = await makeFolder(empty([`${nfc}.mp4`, `${nfd}.vtt`]));
    expect(await listTranscripts(join(root, `${nfc}.mp4`))).toEqual([`${nfd}.vtt`]);
  });

  test.each([
    ['empty', ''],
    ['without cues', 'WEBVTT\n'],
    ['of music alone', vtt('[MUSIC]')],
  ])(
    'one that is %s is passed over where there is a better one, and that is logged',
    async (_what, text) => {
      const root = await makeFolder({
        'talk.mp4': '',
        'talk.vtt': text,
        'talk.srt': srt('Go on.'),
      });
      const logged: string[] = [];
      const { fileName, cues } = await readTranscript(
        { mediaRoot: root, videoPath: join(root, 'talk.mp4') },
        { log: (level, message) => logged.push(`${level}: ${message}`) },
      );
      expect([fileName, cues.map((cue) => cue.text)]).toEqual(['talk.srt', ['Go on.']]);
      expect(logged).toContain('warn: talk.vtt: passed over, as nothing is spoken in it');
    },
  );
});
