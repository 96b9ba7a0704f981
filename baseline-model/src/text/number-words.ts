const units =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const german = 'null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf'.split(' ');

/** Words for numbers below a hundred. */
export const smallNumbers: ReadonlyMap<string, number> = new Map([
  ...units.map((word, value) => [word, value] as const),
  ...tens.map((word, index) => [word, (index + 2) * 10] as const),
  ...german.slice(2).map((word, index) => [word, index + 2] as const),
]);

const magnitudeNames: Record<number, string> = {
  12: 'dozen',
  100: 'hundred hundreds hundert cien cent',
  1e3: 'thousand thousands k tausend mille mil',
  1e6: 'million millions m mn mio millionen millón millones milione milioni miljoen miljoner millioner milhão milhões',
  1e9: 'billion billions bn milliarde milliarden mrd milliard milliards miliardi miljard miljarder milliarder',
  1e12: 'trillion trillions tn',
};

/** Words that multiply the number before them. */
export const magnitudes: ReadonlyMap<string, number> = new Map(
  Object.entries(magnitudeNames).flatMap(([value, words]) =>
    words.split(' ').map((word) => [word, Number(value)] as const),
  ),
);

const unitNames: Record<string, string> = {
  euro: '€ euro euros eur',
  dollar: '$ dollar dollars usd',
  pound: '£ pound pounds gbp sterling',
  yen: '¥ yen jpy',
  krone: 'krone kroner kronor nok sek dkk',
  franc: 'franc francs chf franken',
  percent: '% percent per cent percentage prozent procent',
  person: 'person persons people personen menschen personnes',
  tonne: 'ton tons tonne tonnes tonnen',
};

/** Synonyms of units. */
export const unitOf: ReadonlyMap<string, string> = new Map(
  Object.entries(unitNames).flatMap(([unit, words]) =>
    words.split(' ').map((word) => [word, unit] as const),
  ),
);

/** Words before a number that make it a bound or an estimate; longest first. */
export const comparators: readonly (readonly [
  phrase: string,
  kind: 'about' | 'atLeast' | 'atMost',
])[] = [
  ...'more than|greater than|at least|no fewer than|no less than|upwards of|over|above|exceeding|exceeds|mehr als|mindestens|über|plus de|au moins|más de'
    .split('|')
    .map((phrase) => [phrase, 'atLeast'] as const),
  ...'less than|fewer than|at most|no more than|up to|as many as|as much as|under|below|nearly|almost|close to|weniger als|höchstens|bis zu|moins de|menos de|fast|knapp'
    .split('|')
    .map((phrase) => [phrase, 'atMost'] as const),
  ...'about|around|roughly|approximately|some|circa|ca|an estimated|estimated|etwa|rund|ungefähr|environ|unos|circa'
    .split('|')
    .map((phrase) => [phrase, 'about'] as const),
];
