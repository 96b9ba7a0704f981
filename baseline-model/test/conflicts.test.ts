import { beforeAll, describe, expect, test } from 'vitest';
import { conflictBetween, readStatements } from '../src/statements/read-statements.ts';
import { createTextAnalyzer } from '../src/text/analyze.ts';
import type { TextAnalyzer } from '../src/text/analyze.ts';

const figures: [string, string][] = [
  ['The new bridge cost 48 million euros.', 'The bridge cost 63 million euros.'],
  [
    'Mayor Anna Keller said the bridge cost 48 million euros.',
    'According to the auditor, the bridge cost 63 million euros.',
  ],
  ['Nordhavn won 3-1.', 'Nordhavn won 2-1.'],
  [
    'The total cost of the bridge is 63 million euros.',
    'The total bridge cost was 48 million euros.',
  ],
  ['Three ships arrived on Monday.', 'Five ships arrived on Monday.'],
  ['Die Brücke kostete 48 Millionen Euro.', 'Die neue Brücke kostete 63 Millionen Euro.'],
  ['The company employs 400 workers.', 'The company employs 900 workers in the town.'],
  ['There were three injuries.', 'There were seven injuries.'],
  ['The bridge, which opened in May, cost 48 million euros.', 'The bridge cost €63 million.'],
  ['Two people were injured, police said.', 'Police said five people were injured.'],
  ['The lecture lasts 90 minutes.', 'The lecture lasts 60 minutes.'],
  [
    'Die neue Schule kostet 12 Millionen Euro.',
    'Laut Opposition kostet die neue Schule 19 Millionen Euro.',
  ],
  ['The treaty was signed in 1990.', 'The treaty was signed in 1994.'],
  ['The flood killed 12 people.', 'The flood killed 30 people.'],
  ['Turnout was 61 percent.', 'Turnout was 54 percent.'],
  ['The suspect is 34 years old.', 'The suspect is 29 years old.'],
];

const denials: [string, string][] = [
  ['The ferry will run on Sunday.', 'The ferry will not run on Sunday.'],
  ['Nobody was hurt in the storm.', 'Three people were hurt in the storm.'],
  ['The harbour is safe.', 'The harbour is unsafe.'],
  ['Sales rose by 5 percent.', 'Sales fell by 3 percent.'],
  ['Die Schule wurde nicht geschlossen.', 'Die Schule wurde geschlossen.'],
  ['The council approved the plan.', 'The council rejected the plan.'],
  ['The council did not approve the plan.', 'The council approved the plan.'],
  ['The pier was closed during the storm.', 'The pier stayed open during the storm.'],
  ['The vaccine is not effective.', 'The vaccine is effective.'],
  [
    'Goalkeeper Lee was injured and left the pitch.',
    'Goalkeeper Lee was not injured, his coach told us.',
  ],
  ['No one survived the crash.', 'Two passengers survived the crash.'],
  ['The witness saw the car.', 'The witness never saw the car.'],
  ['The museum is open on Mondays.', 'The museum is closed on Mondays.'],
];

const compatible: [string, string][] = [
  ['The new bridge cost 48 million euros.', 'The new terminal cost 63 million euros.'],
  ['The bridge cost 48 million euros.', 'The bridge repairs cost 63 million euros.'],
  ['The port handled 2 million tonnes in 2022.', 'The port handled 3 million tonnes in 2023.'],
  ['The bridge cost about 48 million euros.', 'The bridge cost 48.3 million euros.'],
  ['The ferry runs on Monday.', 'The ferry does not run on Sunday.'],
  ['Pier 3 cost 12 million euros.', 'Pier 5 cost 14 million euros.'],
  ['At least three people were hurt.', 'Five people were hurt.'],
  ['The first phase cost 10 million.', 'The second phase cost 20 million.'],
  ['The bridge may cost 48 million euros.', 'The bridge cost 63 million euros.'],
  ['Sales rose in Germany.', 'Sales fell in France.'],
  ['The crane lifts 40 tonnes.', 'The crane is 60 metres high.'],
  ['Oslo lost 3-1.', 'Bergen lost 2-1.'],
  ['The bridge cost 48 million euros.', 'The bridge did not cost 63 million euros.'],
  ['Anna scored two goals.', 'Ben scored three goals.'],
  ['The old bridge carried 4,000 cars a day.', 'The new bridge carries 9,000 cars a day.'],
  ['Is the bridge safe?', 'The bridge is not safe.'],
  ['The harbour is safe.', 'The harbour is not safe for swimmers.'],
  ['Die Brücke kostete 48 Millionen Euro.', 'Das Stadion kostete 63 Millionen Euro.'],
  ['Revenue was 5 million in March.', 'Revenue was 7 million in April.'],
  ['He paid 3 euros.', 'He paid 5 euros.'],
  ['The port employs 400 people.', 'The port handled 900 ships.'],
  ['The school has 20 teachers.', 'The school has 400 pupils.'],
  ['Ticket sales rose by 5 percent.', 'Ticket prices rose by 7 percent.'],
  ['The gate did not open and close twice.', 'The gate closed three times.'],
  ['If the dam breaks, the bridge closes.', 'The bridge does not close.'],
  ['It cost 3 euros.', 'It cost 5 euros.'],
  ['A student received 500 euros.', 'A student received 700 euros.'],
  ['Some patients recovered.', 'Some patients did not recover.'],
  ['The museum is closed on Mondays.', 'The museum is open on Tuesdays.'],
  ['Prices rose by 3 percent in May.', 'Prices rose by 5 percent in June.'],
  ['The team won in Paris.', 'The team lost in Rome.'],
  ['The festival took place in 1990.', 'The festival took place in 1994.'],
];

let analyzer: TextAnalyzer;

beforeAll(() => {
  analyzer = createTextAnalyzer();
});

async function conflictOf(first: string, second: string) {
  const reader = await analyzer.readerFor(`${first} ${second}`);
  const statementsOf = (text: string) =>
    reader.sentencesOf(text).flatMap((sentence) => readStatements(sentence, reader.language));
  return conflictBetween(statementsOf(first), statementsOf(second));
}

describe('figures that differ for one thing contradict', () => {
  test.each(figures)('%s / %s', async (first, second) => {
    expect(await conflictOf(first, second)).toMatchObject({ kind: 'figures' });
    expect(await conflictOf(second, first)).toMatchObject({ kind: 'figures' });
  });
});

describe('a denial contradicts what it denies', () => {
  test.each(denials)('%s / %s', async (first, second) => {
    expect(await conflictOf(first, second)).toMatchObject({ kind: 'denial' });
    expect(await conflictOf(second, first)).toMatchObject({ kind: 'denial' });
  });
});

describe('what can both be true is no contradiction', () => {
  test.each(compatible)('%s / %s', async (first, second) => {
    expect(await conflictOf(first, second)).toBeUndefined();
    expect(await conflictOf(second, first)).toBeUndefined();
  });
});
