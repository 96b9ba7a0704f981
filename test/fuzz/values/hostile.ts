import fc from 'fast-check';

/** Part of every hostile text, so that the text can be found where it must not be. */
export const marker = 'zq7fuzz';

/** Texts that have broken programs before. */
const poisons = [
  '\0',
  '\ud83d',
  '\udc00\ud83d',
  '\u202e\u2066\u200f',
  'e\u0301\u0323'.repeat(40),
  '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}',
  '\u001b[31m\u001b[2J\u0007',
  '\r\nx-injected: 1',
  '\u2028\ufeff\uffff',
  "'; DROP TABLE job; --",
  "' OR ''='",
  '$1 $$ \\',
  '$(id) `id` ; | && > /dev/null',
  '%s%n%d',
  '${jndi:ldap://127.0.0.1/}{{7*7}}<script>',
  '../../x',
  '..\\..\\x',
  '%2e%2e/%2e%2e/%00',
  '%',
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'http://127.0.0.1/',
  'http://169.254.169.254/latest/',
  'http://[::ffff:10.0.0.1]/',
  'http://0x7f000001/',
  'http://user:word@example.com/',
  'http://0x7f.1:6379/',
  'http://media.internal:6379/',
  'http://public.example/',
  'subfile,,start,0,end,9,,:/etc/passwd',
  'concat:a.mp4|b.mp4',
  '-i.mp4',
  '~home: 100%25#.mp4',
  'nai\u0308ve.mp4',
  '"""',
  '\\u0000\\ud800',
  'x'.repeat(3_000),
  'x'.repeat(40_000),
];

/** Names that every JavaScript object has, or seems to have. */
export const prototypeKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
];

/** Picks among choices, each as often as its weight says. */
export function weighted<T>(
  ...choices: readonly [weight: number, choice: fc.Arbitrary<T>][]
): fc.Arbitrary<T> {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

export const hostileText: fc.Arbitrary<string> = weighted(
  [4, fc.constantFrom(...poisons).map((text) => marker + text)],
  [1, fc.constantFrom(...poisons).map((text) => text + marker)],
  [2, fc.string({ unit: 'binary' }).map((text) => marker + text)],
  [1, fc.constantFrom('', ' ', '\n\t', ...prototypeKeys)],
);

/** `toJson` writes Infinity and bigints as numbers that JSON allows but a double cannot hold. */
export const hostileNumber: fc.Arbitrary<number | bigint> = fc.oneof(
  fc.constantFrom<number | bigint>(
    0,
    -0,
    -1,
    1.5,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31),
    -(2 ** 31) - 1,
    2 ** 53,
    2n ** 63n,
    10n ** 60n,
    8.64e15,
    8.64e15 + 1,
    -8.64e15,
    Infinity,
    -Infinity,
    5e-324,
    1e308,
  ),
  fc.integer(),
  fc.double({ noNaN: true }),
);

export const hostileDate: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    '0000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-23:59',
    '+275760-09-13T00:00:00.000Z',
    '2099-02-30T00:00:00Z',
    '2099-06-30T23:59:60Z',
    '2099-01-01T24:00:00Z',
    '2099-01-01T00:00:00+99:99',
    '2099-01-01',
    '2099-01-01T00:00:00.123456789012345678901234567890Z',
    'now',
    'infinity',
    'epoch',
  ),
  hostileNumber,
  hostileText,
);

/** Deep, wide and empty structures, and structures with the keys of prototypes. */
export const hostileStructure: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>([], {}, [[]], [null], [{}], null),
  fc.constantFrom(50, 2_000).map((depth) => nest(depth, (inner) => [inner])),
  fc.constantFrom(50, 1_000).map((depth) => nest(depth, (inner) => ({ a: inner }))),
  fc.constantFrom(200, 5_000).map((length) => Array.from({ length }, (_, index) => index)),
  fc.tuple(fc.constantFrom(...prototypeKeys), hostileText).map(([key, value]) =>
    // Unlike a literal or an assignment, `fromEntries` makes __proto__ an own key.
    Object.fromEntries([[key, { isOperator: true, value }]]),
  ),
  fc.dictionary(hostileText, fc.oneof(hostileText, hostileNumber), { maxKeys: 3 }),
);

export const anything: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  hostileNumber,
  hostileStructure,
  fc.boolean(),
  fc.constant(null),
);

function nest(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = marker;
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}
