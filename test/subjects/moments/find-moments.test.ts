import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { findMoments } from '../../../src/subjects/claims/moments/find-moments.ts';
import { createSpeechIndex } from '../../../src/subjects/claims/moments/speech-index.ts';
import type { TimedText } from '../../../src/subjects/claims/moments/speech-index.ts';
import { readCues } from '../../environment/moments/cues.ts';
import { paraphrases, unsaid } from '../../environment/moments/paraphrases.ts';

/** Seconds by which a moment may begin early or late. */
const tolerance = 2;

const cues = readCues(await readFile('samples/harbour-news.vtt', 'utf8'));

/** Texts of about half a minute, as models write them. */
function join(cues: readonly TimedText[]): TimedText[] {
  const joined: TimedText[] = [];
  for (const cue of cues) {
    const last = joined.at(-1);
    if (!last || cue.end - last.start > 30) joined.push({ ...cue });
    else Object.assign(last, { end: cue.end, text: `${last.text} ${cue.text}` });
  }
  return joined;
}

async function find(texts: readonly TimedText[], statement: string, isContinuous = true) {
  return findMoments(await createSpeechIndex(texts, isContinuous), statement);
}

const text = (start: number, text: string): TimedText => ({ start, end: start + 4, text });

describe('of the sample', () => {
  test('what is said word for word begins within half a second', async () => {
    expect(cues).toHaveLength(65);
    for (const texts of [cues, join(cues)]) {
      const index = await createSpeechIndex(texts, true);
      for (const cue of cues) {
        const [moment] = findMoments(index, cue.text);
        expect(moment).toMatchObject({ confidence: 1 });
        expect(Math.abs(moment!.start - cue.start)).toBeLessThan(0.5);
      }
    }
  });

  /** Of all, how many are found in the right place; and of those that are found, how many. */
  async function measure(texts: readonly TimedText[], minConfidence: number) {
    const index = await createSpeechIndex(texts, true);
    const best = (statement: string) =>
      findMoments(index, statement).find(({ confidence }) => confidence >= minConfidence);
    const found = paraphrases.flatMap(([second, statement]) => {
      const moment = best(statement);
      return moment ? [Math.abs(moment.start - second) <= tolerance] : [];
    });
    const right = found.filter((isRight) => isRight).length;
    const wrong = unsaid.filter((statement) => best(statement)).length;
    return { recall: right / paraphrases.length, precision: right / (found.length + wrong) };
  }

  test('what is said in other words is found, and what is not said is not', async () => {
    const all = await measure(cues, 0);
    expect(all.recall).toBeGreaterThan(0.8);
    expect(all.precision).toBeGreaterThan(0.8);
    const likely = await measure(cues, 0.7);
    expect(likely.recall).toBeGreaterThan(0.7);
    expect(likely.precision).toBeGreaterThan(0.9);
    const coarse = await measure(join(cues), 0);
    expect(coarse.recall).toBeGreaterThan(0.7);
    expect(coarse.precision).toBeGreaterThan(0.7);
  });

  test('of two that contradict each other, the one with these numbers is it', async () => {
    for (const [million, second] of [
      [48, 18.8],
      [63, 64.8],
    ]) {
      const [moment] = await find(cues, `The costs of the bridge: ${million} million euros`);
      expect(Math.abs(moment!.start - second!)).toBeLessThan(tolerance);
    }
  });
});

describe('word for word', () => {
  test.each([
    ['case, accents, quotes and dashes', 'Le CAFÉ d’Ann — naïve', 'le cafe d\'Ann, "naive"'],
    [
      'the marks in numbers',
      'It has 4,200 trucks and 6.1 tonnes',
      'it has 4200 trucks and 6,1 tonnes',
    ],
    ['digits of other scripts', 'عدد الشاحنات ٤٢٠٠ شاحنة', 'عدد الشاحنات 4200 شاحنة'],
    ['vowel points', 'كَتَبَ الوَلَدُ الدَّرسَ', 'كتب الولد الدرس'],
    ['joiners', 'نمی‌دانم کتاب‌هایش کجاست', 'نمیدانم کتابهایش کجاست'],
    ['emoji', 'Two doctors 👩‍⚕️👨‍⚕️ spoke today', 'two doctors spoke today'],
    ['wide letters', 'ＡＢＣ １２３ ｄｅｆ', 'abc 123 def'],
    ['composed letters', 'नमस्ते दुनिया आज'.normalize('NFD'), 'नमस्ते दुनिया आज'.normalize('NFC')],
  ])('is found whatever the %s', async (_what, said, statement) => {
    const texts = [text(0, 'Something else was said'), text(8, said), text(16, 'And then more')];
    expect((await find(texts, statement))[0]).toEqual({
      start: expect.closeTo(8, 1),
      end: expect.closeTo(12, 0),
      confidence: 1,
    });
  });

  test('is found in the middle of a text, at its place', async () => {
    const chinese = '大家晚上好。新桥花费了四千八百万欧元。市议会这样说。';
    const [moment] = await find(
      [{ start: 100, end: 126, text: chinese }],
      '新桥花费了四千八百万欧元',
    );
    expect(moment).toMatchObject({ confidence: 1, start: expect.closeTo(106, 1) });
    const english = 'Good evening. The new bridge cost 48 million euros. So they say.';
    const [other] = await find([{ start: 0, end: 64, text: english }], 'the new bridge cost 48');
    expect(other).toEqual({ start: 14, end: 36, confidence: 1 });
  });

  test('is found across texts, and not across a long pause or two pictures', async () => {
    const statement = 'The port handled 6.1 million tonnes, which is more';
    const first = { start: 42, end: 46, text: 'the port handled 6.1 million tonnes,' };
    const next = (start: number) => ({ start, end: start + 4, text: 'which is more.' });
    const [whole] = await find([first, next(46.4)], statement);
    expect(whole).toEqual({ start: 42, end: expect.closeTo(50.4, 0), confidence: 1 });
    const [apart] = await find([first, next(90)], statement);
    expect(apart!.confidence).toBeLessThan(1);
    const [pictures] = await find([first, next(46.4)], statement, false);
    expect(pictures!.confidence).toBeLessThan(1);
  });

  test('is found wherever it is said, five times at most, the earliest first', async () => {
    const texts = Array.from({ length: 9 }, (_, at) => text(at * 10, 'Good evening to you all.'));
    const found = await find(texts, 'good evening to you all');
    expect(found.map(({ start, confidence }) => [start, confidence])).toEqual(
      [0, 10, 20, 30, 40].map((start) => [start, 1]),
    );
  });
});

describe('nothing', () => {
  test.each([
    ['an empty statement', ''],
    ['one of marks alone', '… — !? 🎉'],
    ['one that has nothing in common', 'Bees read polarised light'],
  ])('is found of %s', async (_what, statement) => {
    expect(await find(cues, statement)).toEqual([]);
  });

  test('is found in nothing', async () => {
    expect(await find([], 'The bridge cost 48 million euros')).toEqual([]);
    expect(await find([text(0, '♪ ♪')], 'The bridge cost 48 million euros')).toEqual([]);
  });

  test('is sure of one word', async () => {
    const texts = [text(0, 'The harbour is full.'), text(5, 'It is raining.')];
    for (const { confidence } of await find(texts, 'Harbour')) expect(confidence).toBeLessThan(0.5);
  });
});

test('ten hours of speech are searched in no time, whatever is said', async () => {
  const monotone = Array.from({ length: 10_000 }, (_, at) => ({
    start: at * 3.6,
    end: at * 3.6 + 3.5,
    text: 'na na na na na na hey goodbye '.repeat(3),
  }));
  const begunAt = performance.now();
  const index = await createSpeechIndex(monotone, true);
  const indexedAt = performance.now();
  for (const statement of ['na '.repeat(5_000), `${'na '.repeat(150)} goodbye`, 'hey goodbye na']) {
    findMoments(index, statement);
  }
  const foundAt = performance.now();
  expect(index.words.length).toBeGreaterThan(200_000);
  expect(indexedAt - begunAt).toBeLessThan(10_000);
  expect(foundAt - indexedAt).toBeLessThan(1_000);
});
