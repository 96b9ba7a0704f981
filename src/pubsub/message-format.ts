/** Messages on their way between processes: who sent them and when they happened in the first line, then a line each, name and JSON. */
export interface MessageLine {
  name: string;
  json: string;
}

/** Writes lines; the JSON of what goes to several channels is made once. */
export function createLineWriter(): (name: string, message: unknown) => string {
  const known = new WeakMap<object, string>();

  function toJson(message: unknown): string {
    if (Array.isArray(message)) return `[${message.map(toJson).join(',')}]`;
    if (typeof message !== 'object' || message === null) return JSON.stringify(message);
    const before = known.get(message);
    if (before !== undefined) return before;
    const json = JSON.stringify(message);
    known.set(message, json);
    return json;
  }

  return (name, message) => `${name} ${toJson(message)}`;
}

/** `changedAt`: when the first of what the lines tell happened, in ms since 1970. */
export function toText(origin: string, changedAt: number, lines: readonly string[]): string {
  return `${origin} ${changedAt}\n${lines.join('\n')}`;
}

/** When what a text tells happened; now if it does not say. */
export function readChangedAt(text: string): number {
  const head = text.slice(0, text.indexOf('\n'));
  return Number(head.slice(head.indexOf(' ') + 1)) || Date.now();
}

/** The lines of a text, unless it is this origin's own. JSON has no line breaks. */
export function* toLines(origin: string, text: string): Generator<MessageLine> {
  if (text.startsWith(origin)) return;
  let start = text.indexOf('\n') + 1;
  while (start > 0) {
    const lineEnd = text.indexOf('\n', start);
    const end = lineEnd === -1 ? text.length : lineEnd;
    const space = text.indexOf(' ', start);
    yield { name: text.slice(start, space), json: text.slice(space + 1, end) };
    start = lineEnd + 1;
  }
}
