import { describe, expect, test } from 'vitest';
import { parseTranscript } from '../src/model-service/built-in/transcript/parse-transcript.ts';

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
  ['nothing at all', '', []],
  ['no cues', 'WEBVTT\n\nNOTE nothing', []],
  ['rubbish', '\0\u0001 x --> y\n\n--> -->\n', []],
];

describe('a transcript', () => {
  test.each(cases)('with %s is read', (_, source, cues) => {
    const { cues: parsed } = parseTranscript(source);
    expect(
      parsed.map(({ text, start, speaker }) => ({ text, start, ...(speaker ? { speaker } : {}) })),
    ).toEqual(cues);
  });
});
