export interface ListenStatement {
  verb: 'LISTEN' | 'UNLISTEN';
  /** Undefined: all, as in `UNLISTEN *`. */
  channel: string | undefined;
}

const comments = String.raw`(?:\s|--[^\n]*\n|/\*[^]*?\*/)*`;
const pattern = new RegExp(
  String.raw`^${comments}(listen|unlisten)\s+(?:"((?:[^"]|"")+)"|([\w$]+)|\*)\s*;?\s*$`,
  'i',
);

/** Parses a LISTEN or UNLISTEN after any comments; undefined for other statements. */
export function parseListenStatement(text: string): ListenStatement | undefined {
  const [matched, verb, quoted, plain] = pattern.exec(text) ?? [];
  if (matched === undefined) return undefined;
  return {
    verb: verb?.toLowerCase() === 'listen' ? 'LISTEN' : 'UNLISTEN',
    channel: quoted?.replaceAll('""', '"') ?? plain?.toLowerCase(),
  };
}
