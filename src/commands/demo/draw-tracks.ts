/** Shares of the frame, from its top left corner. */
export interface DrawnBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DrawnTrack {
  label: string;
  /** Where it was, in the order of time; between two of them it moves in a straight line. */
  keyframes: readonly { timestamp: number; box: DrawnBox }[];
}

export interface Picture {
  /** Pixels. */
  width: number;
  height: number;
}

/** A character is about twice as high as it is wide. */
const characterShape = 2;
/** Marks on the way from one keyframe to the next are at most so many characters apart. */
const stepsPerSegment = 64;

/**
 * Draws where tracked objects went, as text of so many columns: a frame, for each object the way of its middle, and its box where
 * it was seen last, with the number of the track.
 */
export function drawTracks(
  tracks: readonly DrawnTrack[],
  { width, height }: Picture,
  columns: number,
): string {
  const inner = Math.max(columns - 2, 1);
  const rows = Math.max(1, Math.round((inner * height) / width / characterShape));
  const canvas = Array.from({ length: rows }, () => Array.from({ length: inner }, () => ' '));
  const put = (x: number, y: number, mark: string): void => {
    const row = canvas[toCell(y, rows)]!;
    row[toCell(x, inner)] = mark;
  };
  for (const track of tracks) drawWay(track, put);
  for (const [index, track] of tracks.entries()) drawBox(track, String(index + 1), put);
  const edge = '─'.repeat(inner);
  return [`┌${edge}┐`, ...canvas.map((row) => `│${row.join('')}│`), `└${edge}┘`].join('\n');
}

type Put = (x: number, y: number, mark: string) => void;

function drawWay({ keyframes }: DrawnTrack, put: Put): void {
  for (const [index, { box }] of keyframes.entries()) {
    const next = keyframes[index + 1]?.box ?? box;
    for (let step = 0; step < stepsPerSegment; step += 1) {
      const share = step / stepsPerSegment;
      put(between(middle(box, 'x'), middle(next, 'x'), share), middleY(box, next, share), '·');
    }
  }
}

function drawBox({ keyframes }: DrawnTrack, number: string, put: Put): void {
  const box = keyframes.at(-1)?.box;
  if (!box) return;
  const { x, y, width, height } = box;
  for (let step = 0; step <= stepsPerSegment; step += 1) {
    const share = step / stepsPerSegment;
    for (const side of [y, y + height]) put(x + share * width, side, '─');
    for (const side of [x, x + width]) put(side, y + share * height, '│');
  }
  for (const [cornerX, cornerY, mark] of [
    [x, y, '┌'],
    [x + width, y, '┐'],
    [x, y + height, '└'],
    [x + width, y + height, '┘'],
  ] as const)
    put(cornerX, cornerY, mark);
  put(middle(box, 'x'), middle(box, 'y'), number);
}

function middle(box: DrawnBox, axis: 'x' | 'y'): number {
  return box[axis] + box[axis === 'x' ? 'width' : 'height'] / 2;
}

function middleY(box: DrawnBox, next: DrawnBox, share: number): number {
  return between(middle(box, 'y'), middle(next, 'y'), share);
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function toCell(share: number, cells: number): number {
  return Math.min(cells - 1, Math.max(0, Math.floor(share * cells)));
}
