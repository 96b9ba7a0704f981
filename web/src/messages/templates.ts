/**
 * What the server says in English, in another language: `#` stands for a number and `{}` for any text, in their order. A text
 * that is itself in the list is said in that language too.
 */
export type Templates = Readonly<Record<string, string>>;

const number = /\d+(?:\.\d+)?/g;
const place = /#|\{\}/g;

interface Pattern {
  matches: RegExp;
  said: string;
  /** Without words of its own, it only joins others. */
  isJoin: boolean;
}

const patterns = new WeakMap<Templates, Pattern[]>();

function toPattern([text, said]: [string, string]): Pattern {
  const literal = text.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  const source = literal.replaceAll('#', `(${number.source})`).replaceAll('{}', '(.+?)');
  return { matches: new RegExp(`^${source}$`, 's'), said, isJoin: !/[a-z]/i.test(text) };
}

function listPatterns(templates: Templates): Pattern[] {
  const known = patterns.get(templates);
  if (known) return known;
  const made = Object.entries(templates)
    .filter(([text]) => text.includes('{}'))
    .map(toPattern);
  patterns.set(templates, made);
  return made;
}

function fill(said: string, values: readonly string[]): string {
  let next = 0;
  return said.replaceAll(place, (mark) => values[next++] ?? mark);
}

/** Invisible marks that keep a text's direction apart from that around it. */
const isolate = (text: string): string => `\u2068${text}\u2069`;

/** A text as the first of the templates that fits says it; itself if none does. */
export function translate(text: string, templates: Templates): string {
  const exact = templates[text.replaceAll(number, '#')];
  if (exact !== undefined) return fill(exact, text.match(number) ?? []);
  for (const { matches, said, isJoin } of listPatterns(templates)) {
    const values = matches.exec(text)?.slice(1) ?? [];
    const parts = values.map((value) => translate(value, templates));
    const isKnown = !isJoin || parts.some((part, index) => part !== values[index]);
    if (values.length === 0 || !isKnown) continue;
    return fill(
      said,
      // What nobody knows is a name, an address or somebody else's words.
      parts.map((part, index) =>
        part === values[index] && /\D/.test(part) ? isolate(part) : part,
      ),
    );
  }
  return text;
}
