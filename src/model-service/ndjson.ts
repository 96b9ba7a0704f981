import { badAnswer } from './failures.ts';

const maxLineBytes = 16 * 1024 * 1024;
const newline = 0x0a;

/** Splits chunks at newlines, wherever they were cut; the last line may lack one. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  const keep = (piece: Uint8Array): void => {
    bytes += piece.byteLength;
    if (bytes > maxLineBytes) throw badAnswer('has a line that is too long');
    pieces.push(piece);
  };
  const takeLine = (): Uint8Array => {
    const line = Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
    return line;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end));
      yield takeLine();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (bytes > 0) yield takeLine();
}
