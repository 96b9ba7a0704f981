/** The text that processes send each other: the sender and the time in the first line, then a line for each message. */
export interface MessageLine {
  /** Of the channels that share the message. */
  names: string[];
  json: string;
}

/** Formats a message as a line. */
export function toLine(names: readonly string[], message: unknown): string {
  return `${names.join(',')} ${JSON.stringify(withTimesInMs(message))}`;
}

/** JSON takes two thirds of its time for the times of a row, unless they are numbers. */
function withTimesInMs(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return message;
  const copy: Record<string, unknown> = { ...message };
  for (const key in copy) {
    const value = copy[key];
    if (value instanceof Date) copy[key] = value.getTime();
  }
  return copy;
}

/** `changedAt` is when the earliest change of these messages happened, in ms since 1970. */
export function toText(origin: string, changedAt: number, lines: readonly string[]): string {
  return `${origin} ${changedAt}\n${lines.join('\n')}`;
}

/** When the earliest change in a text happened; now if it does not say. */
export function readChangedAt(text: string): number {
  const head = text.slice(0, text.indexOf('\n'));
  return Number(head.slice(head.indexOf(' ') + 1)) || Date.now();
}

/** The messages of a text, or none if the text is from this origin. JSON has no line breaks. */
export function* toLines(origin: string, text: string): Generator<MessageLine> {
  if (text.startsWith(origin)) return;
  let start = text.indexOf('\n') + 1;
  while (start > 0) {
    const lineEnd = text.indexOf('\n', start);
    const end = lineEnd === -1 ? text.length : lineEnd;
    const space = text.indexOf(' ', start);
    yield { names: text.slice(start, space).split(','), json: text.slice(space + 1, end) };
    start = lineEnd + 1;
  }
}
