import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseTranscript } from '../src/transcript/parse-transcript.ts';

const cases: [
  name: string,
  source: string,
  cues: { text: string; start: number; speaker?: string }[],
][] = [
  [
    'WebVTT with header text, notes, styles, regions, ids and settings',
    'WEBVTT - News\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\nNOTE\nnot spoken\n\nintro\n00:01.000 --> 00:03.000 align:start position:10% line:0\nHello there\nand welcome\n\n1:00:04.000 --> 1:00:05.000\nLate',
    [
      { text: 'Hello there and welcome', start: 1 },
      { text: 'Late', start: 3604 },
    ],
  ],
  [
    'voice tags, other tags, timestamps and entities',
    'WEBVTT\n\n00:01.000 --> 00:03.000\n<v.loud Anna Keller>Fish &amp; <i>chips</i> <00:02.000>are 3 &lt; 4</v>\n<v Bob>Fine',
    [
      { text: 'Fish & chips are 3 < 4', start: 1, speaker: 'Anna Keller' },
      { text: 'Fine', start: 1, speaker: 'Bob' },
    ],
  ],
  [
    'a byte order mark and CRLF',
    '\uFEFFWEBVTT\r\n\r\n1\r\n00:00:01.000 --> 00:00:02.000\r\nOne\r\nline\r\n\r\n',
    [{ text: 'One line', start: 1 }],
  ],
  [
    'SRT with formatting, coordinates, an empty cue and a bare sign',
    '1\n00:00:01,000 --> 00:00:02,500 X1:0 X2:1 Y1:2 Y2:3\n{\\an8}<font color="red">Red</font> 3 < 4, AT&T\n\n2\n00:00:02,500 --> 00:00:03,000\n\n3\n00:00:05,000 --> 00:00:06,000\n2024\nwas good',
    [
      { text: 'Red 3 < 4, AT&T', start: 1 },
      { text: '2024 was good', start: 5 },
    ],
  ],
  [
    'SRT without blank lines, with short milliseconds and lone CR',
    '1\r00:00:01,0 --> 00:00:02,50\rOne\r2\r0:00:03,500 --> 0:00:04,000\rTwo',
    [
      { text: 'One', start: 1 },
      { text: 'Two', start: 3.5 },
    ],
  ],
  [
    'speakers before a colon, and words that only look like one',
    '1\n00:00:01,000 --> 00:00:02,000\n>> DR. SMITH: Hello.\n\n2\n00:00:03,000 --> 00:00:04,000\nI go on.\n\n3\n00:00:05,000 --> 00:00:06,000\nANNA: Note: it is late.',
    [
      { text: 'Hello.', start: 1, speaker: 'DR. SMITH' },
      { text: 'I go on.', start: 3, speaker: 'DR. SMITH' },
      { text: 'Note: it is late.', start: 5, speaker: 'ANNA' },
    ],
  ],
  [
    'sounds and songs, which nobody says',
    'WEBVTT\n\n00:01.000 --> 00:02.000\n[MUSIC]\n\n00:03.000 --> 00:04.000\nHi (LAUGHS) NATO (NATO)\n\n00:05.000 --> 00:06.000\n♪ la la ♪\n\n00:07.000 --> 00:08.000\n(door opens)',
    [{ text: 'Hi NATO (NATO)', start: 3 }],
  ],
  [
    'live captions that roll up',
    'WEBVTT\n\n00:00.000 --> 00:02.000\nso today we will talk\n\n00:02.000 --> 00:02.010\nso today we will talk\n \n\n00:02.010 --> 00:04.000\nso today we will talk\nabout<00:03.000><c> boats</c>',
    [
      { text: 'so today we will talk', start: 0 },
      { text: 'about boats', start: 2.01 },
    ],
  ],
  [
    'a cue number that is text, and numbers in two paragraphs',
    '1\n00:00:01,000 --> 00:00:02,000\n1984\n\n1985\n\n2\n00:00:03,000 --> 00:00:04,000\nEnd\n\n3',
    [
      { text: '1984 1985', start: 1 },
      { text: 'End', start: 3 },
    ],
  ],
  [
    'entities by number, tags across lines and signs that begin none',
    'WEBVTT\n\n00:01.000 --> 00:02.000\n<v\nAnna>It&#39;s &#x263A; &lt;b&gt; &#0;&#xD800; <3 <b and <i>no end',
    [{ text: "It's \u263a <b> <3 <b and no end", start: 1, speaker: 'Anna' }],
  ],
  [
    'a song over two lines, and a sound in brackets over two',
    'WEBVTT\n\n00:01.000 --> 00:02.000\n\u266b la la\nla la \u266b\nHi [loud\nmusic] there',
    [{ text: 'Hi there', start: 1 }],
  ],
  ['nothing at all', '', []],
  ['no cues', 'WEBVTT\n\nNOTE nothing', []],
  ['rubbish', '\0\u0001 x --> y\n\n--> -->\n', []],
];

const files: [file: string, cues: [start: number, end: number, text: string][]][] = [
  [
    'beyond-a-hundred-hours.vtt',
    [
      [359_998.5, 360_001.25, 'The counter turns over.'],
      [443_045, 443_047, 'Still recording.'],
    ],
  ],
  [
    'instant-cue.vtt',
    [
      [5, 5, 'A flash.'],
      [6, 7, 'Afterwards.'],
    ],
  ],
  [
    'padded-times.srt',
    [
      [1, 2, 'Spaces around the times.'],
      [3, 4, 'A tab before them.'],
    ],
  ],
  ['colon-milliseconds.srt', [[1.25, 2.75, 'Written with colons.']]],
  [
    'blank-line-in-cue.srt',
    [
      [1, 3, 'The first paragraph. The second, after a blank line.'],
      [4, 5, 'The next cue.'],
    ],
  ],
  [
    'joiners.vtt',
    [
      [
        1,
        3,
        '\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645 \u06a9\u062a\u0627\u0628\u200c\u0647\u0627\u06cc\u0634 \u06a9\u062c\u0627\u0633\u062a.',
      ],
      [3, 5, 'Two doctors \u{1f469}\u200d\u2695\ufe0f\u{1f468}\u200d\u2695\ufe0f spoke.'],
      [5, 6, '\u0915\u094d\u200d\u0937'],
    ],
  ],
  ['only-music.vtt', []],
];

test.each(files)('the cues of %s are right', async (file, cues) => {
  const path = new URL(`transcripts/${file}`, import.meta.url);
  const parsed = parseTranscript(await readFile(path, 'utf8'));
  expect(parsed.cues.map(({ start, end, text }) => [start, end, text])).toEqual(cues);
});

describe('what is left out', () => {
  test.each<[what: string, source: string, leftOut: [level: string, message: string][]]>([
    [
      'times that cannot be read, with what is said then',
      '1\n00:00:0x,000 --> 00:00:02,000\nA\n\n2\n00:00:01.0.0 --> 1\nB\n\nC\n\n3\n00:00:05,000 --> 6\nD',
      [['warn', 'left out: cues whose times cannot be read (lines 2, 6, 12)']],
    ],
    [
      'an end before its start',
      'WEBVTT\n\n00:05.000 --> 00:04.999\nA',
      [['warn', 'left out: cues that end before they begin (line 3)']],
    ],
    [
      'what is in no cue; notes and styles say nothing',
      'WEBVTT\nKind: captions\n\nNOTE\nnot said\n\nid\n00:01.000 --> 00:02.000\nA\n\nstray\nmore\n\nSTYLE\n::cue {}',
      [['warn', 'left out: lines that belong to no cue (lines 11, 12)']],
    ],
    [
      'sounds, and cues that are nothing else',
      '1\n00:00:01,000 --> 00:00:02,000\n[door\nopens] Hello\n\n2\n00:00:03,000 --> 00:00:04,000\n\u266a\n\n3\n00:00:04,000 --> 00:00:05,000\n\n4\n',
      [
        ['info', 'left out: descriptions of sounds and music (lines 2, 7)'],
        ['info', 'left out: cues without spoken words (lines 7, 11)'],
      ],
    ],
    [
      'lines that roll up',
      'WEBVTT\n\n00:00.000 --> 00:02.000\nso today we talk\n\n00:02.000 --> 00:03.000\nso today we talk\nabout boats',
      [['info', 'left out: lines that repeat those before (line 6)']],
    ],
    [
      'more lines than can be named',
      `WEBVTT\n\n${'00:01.000 --> 00:00.000\n\n'.repeat(25)}`,
      [
        [
          'warn',
          `left out: cues that end before they begin (lines ${Array.from({ length: 20 }, (_, index) => 3 + 2 * index).join(', ')} and 5 more)`,
        ],
      ],
    ],
    ['nothing', '1\n00:00:01,000 --> 00:00:02,000\n<i>A</i>\n\n2\n', []],
  ])('is said: %s', (_, source, leftOut) => {
    expect(parseTranscript(source).leftOut.map(({ level, message }) => [level, message])).toEqual(
      leftOut,
    );
  });
});

describe('a transcript', () => {
  test.each(cases)('with %s is read', (_, source, cues) => {
    const { cues: parsed } = parseTranscript(source);
    expect(
      parsed.map(({ text, start, speaker }) => ({ text, start, ...(speaker ? { speaker } : {}) })),
    ).toEqual(cues);
  });
});
