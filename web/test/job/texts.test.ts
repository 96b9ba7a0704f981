import { describe, expect, test } from 'vitest';
import type { LogLine } from 'fovea-jobs-client';
import { diffWords } from '../../src/compare/diff-words.ts';
import { matchClaims } from '../../src/compare/match-claims.ts';
import { formatRange } from '../../src/job/header/ranges.ts';
import { countRows, createLogLayout, findItem } from '../../src/job/log/log-layout.ts';
import type { LogChoice } from '../../src/job/log/log-layout.ts';
import { formatJson } from '../../src/job/raw/format-json.ts';

test('raw JSON has sorted keys, and numbers keep every digit', () => {
  const text = '{"b":[1,{"z":12345678901234567890.10,"a":"x\\"{,}"}],"a":null,"c":{},"d":[]}';
  expect(formatJson(text)).toBe(
    [
      '{',
      '  "a": null,',
      '  "b": [',
      '    1,',
      '    {',
      String.raw`      "a": "x\"{,}",`,
      '      "z": 12345678901234567890.10',
      '    }',
      '  ],',
      '  "c": {},',
      '  "d": []',
      '}',
    ].join('\n'),
  );
});

test.each([
  [61_000, 190_000, '1–4 min'],
  [-5_000, 30_000, '30 sec'],
  [20_000, 40_000, '20–40 sec'],
  [3_600_000, 7_200_000, '1–2 hr'],
  [-60_000, -1, '1 sec'],
])('a range of %d to %d ms is said as %s', (from, to, words) => {
  expect(formatRange(from, to, 'en')).toBe(words);
});

describe('a log', () => {
  const line = (sequence: number, attempt: number, level: LogLine['level'], message: string) =>
    ({ sequence, attempt, level, message, at: '2026-03-01T12:00:00Z' }) satisfies LogLine;
  const lines = [
    line(1, 1, 'DEBUG', 'begin'),
    line(2, 1, 'ERROR', 'one\ntwo'),
    line(3, 2, 'INFO', 'x'.repeat(25)),
  ];
  const all = { level: 'DEBUG', search: '', newestFirst: false } as const;

  test('is laid out by attempt, with the rows that each text takes', () => {
    const { items, tops, count } = createLogLayout(lines, all, 10)(lines.length);
    expect(items.map(({ line: it, attempt }) => it?.sequence ?? `attempt ${attempt}`)).toEqual([
      'attempt 1',
      1,
      2,
      'attempt 2',
      3,
    ]);
    expect([...tops]).toEqual([0, 2, 3, 5, 7, 10]);
    expect(count).toBe(3);
    expect(countRows('', 10)).toBe(1);
    expect([0, 2.5, 6, 99].map((row) => findItem({ items, tops, count }, row))).toEqual([
      0, 1, 3, 4,
    ]);
  });

  test('grows by what is new, as if it had been laid out at once', () => {
    const layOut = createLogLayout(lines, all, 10);
    layOut(1);
    layOut(1);
    expect(layOut(3)).toEqual(createLogLayout(lines, all, 10)(3));
  });

  test('is narrowed down by level and by text, and turned around', () => {
    const read = (choice: Partial<LogChoice>) =>
      createLogLayout(
        lines,
        { ...all, ...choice },
        80,
      )(lines.length).items.flatMap((item) => item.line?.sequence ?? []);
    expect(read({ level: 'WARN' })).toEqual([2]);
    expect(read({ search: 'two' })).toEqual([2]);
    expect(read({ newestFirst: true })).toEqual([3, 2, 1]);
  });
});

describe('two runs', () => {
  test('differ by words', () => {
    expect(diffWords('The pier is safe for visitors.', 'The pier is not safe.')).toEqual([
      { kind: 'same', text: 'The pier is ' },
      { kind: 'removed', text: 'safe for visitors.' },
      { kind: 'added', text: 'not safe.' },
    ]);
    expect(diffWords('same words', 'same words')).toEqual([{ kind: 'same', text: 'same words' }]);
    expect(diffWords('', 'new')).toEqual([{ kind: 'added', text: 'new' }]);
  });

  test('have claims in common, also in other words', () => {
    const claim = (id: string, text: string) => ({ id, text, confidence: 0.9 });
    const before = [claim('a', 'The bridge cost 48 million euros.'), claim('b', 'It rains.')];
    const after = [
      claim('c', 'Divers checked 60 pillars.'),
      claim('d', 'The bridge cost 48 million.'),
    ];
    expect(matchClaims(before, after)).toEqual({
      kept: [{ before: before[0], after: after[1] }],
      lost: [before[1]],
      added: [after[0]],
    });
  });
});
