/** A JSON text with its keys sorted and its lines indented. Numbers keep the digits that they have in the text, however many. */
export function formatJson(text: string): string {
  let at = 0;

  function skipSpace(): void {
    while (' \n\r\t'.includes(text[at] ?? '-')) at += 1;
  }

  /** A string, a number or a word, as it is written. */
  function readToken(): string {
    const token = /"(?:[^"\\]|\\.)*"|[^\s,:{}[\]"]+/sy;
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    if (found === undefined) throw new SyntaxError(`Unexpected JSON at ${at}.`);
    at += found.length;
    return found;
  }

  function readList(end: string, readItem: () => void): void {
    at += 1;
    for (;;) {
      skipSpace();
      if (text[at] === end) break;
      if (text[at] === ',') at += 1;
      else readItem();
    }
    at += 1;
  }

  function readValue(indent: string): string {
    skipSpace();
    const inner = `${indent}  `;
    if (text[at] === '[') {
      const items: string[] = [];
      readList(']', () => items.push(`${inner}${readValue(inner)}`));
      return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`;
    }
    if (text[at] !== '{') return readToken();
    const fields: [string, string][] = [];
    readList('}', () => {
      const key = readToken();
      skipSpace();
      at += 1; // the colon
      fields.push([key, readValue(inner)]);
    });
    if (fields.length === 0) return '{}';
    const lines = fields
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${inner}${key}: ${value}`);
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }

  return readValue('');
}
