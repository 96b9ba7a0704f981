/**
 * Words of fields of interest, to find sentences that share no word with the need: a safety officer cares about storms.
 * Written for this service; dictionary forms in lower case.
 */
const topics: readonly string[] = [
  'economy economist economic finance financial money cost price budget spend invest investment investor fund tax revenue profit loss market trade export import business company job employment wage salary bank loan debt inflation sale pay euro dollar contract subsidy',
  'safety safe security risk danger dangerous accident injure injury hurt kill death die rescue emergency fire flood storm evacuate evacuation hazard warn warning alert collapse inspect inspection inspector police crash damage hospital ambulance coastguard lifeguard',
  'weather climate wind storm rain snow temperature forecast wave gale flood heat cold ice drought degree meteorologist hurricane frost tide',
  'sport sports team match game goal score win lose player coach league cup season championship tournament race final referee stadium fan club football athlete medal penalty',
  'community resident neighbour neighbourhood volunteer festival school library citizen local family child youth association charity museum culture concert market club',
  'politics political policy government minister parliament election vote mayor council councillor party law bill campaign president opposition regulation committee',
  'health medical medicine doctor nurse hospital patient disease vaccine virus treatment drug symptom clinic therapy surgery infection cancer diet',
  'science scientist research study experiment theory data evidence university professor discover measure laboratory physics chemistry biology hypothesis method result',
  'technology technical engineer engineering software computer machine system digital network data algorithm device build design construction crane model code',
  'environment environmental ecology pollution emission carbon energy wildlife species fish bird water waste recycle renewable solar turbine nature habitat seal oil',
  'transport traffic logistics ship shipping port harbour ferry vessel cargo freight container tonne road rail train bus flight airport bridge tunnel passenger truck route',
  'law legal court judge lawyer trial crime criminal police arrest charge prosecutor sentence prison victim witness suspect investigation lawsuit',
  'education school teacher student pupil class lesson exam university course learn teach lecture curriculum training degree',
];

/** A field of interest, with its words stemmed. */
export interface Topic {
  name: string;
  terms: ReadonlySet<string>;
}

export type Topics = readonly Topic[];

/** Stems the words of the fields with the stemmer of the compared terms. */
export function stemTopics(stem: (word: string) => string): Topics {
  return topics.map((line) => {
    const words = line.split(' ');
    return { name: words[0] ?? '', terms: new Set(words.map(stem)) };
  });
}

/** The field of most of the terms; undefined if none has a field. */
export function fieldOf(terms: readonly string[], fields: Topics): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const { name, terms: own } of fields) {
    const count = new Set(terms.filter((term) => own.has(term))).size;
    if (count <= most) continue;
    best = name;
    most = count;
  }
  return best;
}
