/** Negations; each one inverts the statement. */
export const negations: ReadonlySet<string> = new Set(
  "not n't n’t never no nobody none nothing neither nor cannot nicht kein keine keinen keiner keinem nie niemand pas jamais aucun aucune nunca ningún ninguna jamás non mai niet geen nooit inte aldrig ikke aldri не нет никогда".split(
    ' ',
  ),
);

/** Words that hedge a statement. */
export const hedges: ReadonlySet<string> = new Set(
  'may might could perhaps maybe possibly probably likely reportedly allegedly apparently seemingly supposedly presumably potentially seem appear suggest rumour rumor hope vielleicht möglicherweise vermutlich angeblich könnte dürfte wohl peut-être probablement quizás posiblemente forse'.split(
    ' ',
  ),
);

/** Words that qualify a number (part, time, plan); numbers are comparable only with the same qualifiers. */
export const scopes: ReadonlySet<string> = new Set(
  'first second third fourth last next previous former initial original originally plan estimate expect propose budget target forecast annual annually monthly weekly daily hourly yearly average mean per each every another additional extra more further other remain rest half quarter phase stage part section total overall gross net minimum maximum least most early late only also again then still already ever'.split(
    ' ',
  ),
);

/** Nouns without a topic of their own. */
export const neutralNouns: ReadonlySet<string> = new Set(
  'total fact end case all course number amount way'.split(' '),
);

const families: readonly (readonly [meaning: string, opposite: string])[] = [
  ['open reopen re-open', 'close closed shut'],
  ['safe secure', 'unsafe dangerous insecure hazardous'],
  ['rise increase grow climb gain', 'fall drop decrease decline shrink'],
  ['win', 'lose'],
  ['approve accept adopt', 'reject refuse'],
  ['support back favour favor', 'oppose'],
  ['succeed', 'fail'],
  ['possible', 'impossible'],
  ['legal lawful', 'illegal unlawful'],
  ['available', 'unavailable'],
  ['alive', 'dead'],
  ['true correct', 'false incorrect wrong'],
  ['present', 'absent'],
  ['necessary', 'unnecessary'],
  ['guilty', 'innocent'],
  ['stable', 'unstable'],
];

/** The family of a word, and whether it is the opposite. */
export const opposites: ReadonlyMap<string, { meaning: string; isOpposite: boolean }> = new Map(
  families.flatMap((pair) =>
    pair.flatMap((words, side) =>
      words
        .split(' ')
        .map(
          (word) =>
            [word, { meaning: pair[0].split(' ')[0] ?? word, isOpposite: side === 1 }] as const,
        ),
    ),
  ),
);

/** Words for any person, so that "nobody was hurt" and "three people were hurt" are compared. */
export const people: ReadonlySet<string> = new Set(
  'person people nobody anybody anyone everybody everyone somebody someone'.split(' '),
);

/** Nouns for people, whom "nobody" includes. */
export const humans: ReadonlySet<string> = new Set(
  'person people man woman child worker employee passenger resident sailor student pupil teacher patient visitor guest spectator tourist driver soldier officer firefighter victim player civilian customer protester miner citizen survivor'.split(
    ' ',
  ),
);

/** Indefinite determiners: two such statements may be about different things. */
export const indefinites: ReadonlySet<string> = new Set(
  'a an some most many several few another other certain'.split(' '),
);

/** Events that happen only once, so they cannot have two dates. */
export const singleEvents: ReadonlySet<string> = new Set(
  'sign found establish build complete finish begin start end bear born die launch invent discover abolish elect crash sink collapse explode'.split(
    ' ',
  ),
);
