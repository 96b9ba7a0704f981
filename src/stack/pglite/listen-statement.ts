export interface ListenStatement {
  verb: 'LISTEN' | 'UNLISTEN';
  /** Undefined stands for all of them: `UNLISTEN *`. */
  channel: string | undefined;
}

const comments = String.raw`(?:\s|--[^\n]*\n|/\*[^]*?\*/)*`;
const pattern = new RegExp(
  String.raw`^${comments}(listen|unlisten)\s+(?:"((?:[^"]|"")+)"|([\w$]+)|\*)\s*;?\s*$`,
  'i',
);

/** Reads a LISTEN or UNLISTEN, whatever comments come before it; undefined for any other statement. */
export function parseListenStatement(text: string): ListenStatement | undefined {
  const [matched, verb, quoted, plain] = pattern.exec(text) ?? [];
  if (matched === undefined) return undefined;
  return {
    verb: verb?.toLowerCase() === 'listen' ? 'LISTEN' : 'UNLISTEN',
    channel: quoted?.replaceAll('""', '"') ?? plain?.toLowerCase(),
  };
}
