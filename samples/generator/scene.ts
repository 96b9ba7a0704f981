import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';

// Draws plain shapes that move over a still background, and knows where each of them is in every frame.

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Shape {
  label: string;
  kind: 'circle' | 'square' | 'triangle';
  /** Red, green, blue, 0 to 255. */
  color: readonly [number, number, number];
  /** Its center and half its width, in pixels, at a time in seconds. */
  at: (seconds: number) => { x: number; y: number; radius: number };
}

/** Of the shapes a later one hides those before it; the pillars hide them all. */
export interface Scene {
  width: number;
  height: number;
  frameRate: number;
  frameCount: number;
  shapes: readonly Shape[];
  pillars: readonly Box[];
  /** Greatest deviation of a pixel by noise, in levels of 255. */
  noise: number;
}

export interface ObjectTruth {
  id: number;
  /** In shares of the frame, cut at its edges, with what is hidden; null outside the picture. */
  box: Box | null;
  /** Share of its whole area that can be seen, 0 to 1. */
  seen: number;
  /** Whether at least a quarter of it can be seen. */
  visible: boolean;
}

export interface Frame {
  /** Red, green and blue of each pixel, row by row. */
  pixels: Buffer;
  objects: ObjectTruth[];
}

const leastSeen = 0.25;
/** Samples along each side of a pixel, so that edges are smooth. */
const samples = 3;

/** Draws the frames one after the other. */
export function* drawFrames(scene: Scene): Generator<Frame> {
  const background = drawBackground(scene);
  for (let number = 0; number < scene.frameCount; number += 1)
    yield drawFrame(scene, background, number);
}

/** Writes the frames as a video by ffmpeg; `codec` holds the options of the encoder. */
export async function encodeFrames(
  { width, height, frameRate }: Scene,
  frames: Iterable<Buffer>,
  codec: readonly string[],
  path: string,
): Promise<void> {
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`];
  const input = ['-v', 'error', '-y', ...raw, '-r', String(frameRate), '-i', 'pipe:0'];
  // The same bytes whenever it is made by the same ffmpeg.
  const exact = ['-pix_fmt', 'yuv420p', '-fflags', '+bitexact', '-flags:v', '+bitexact'];
  const ffmpeg = spawn('ffmpeg', [...input, ...codec, ...exact, '-threads', '1', path], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(ffmpeg, 'close');
  await pipeline(frames, ffmpeg.stdin);
  const [code] = (await ended) as [number];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

function drawFrame(scene: Scene, background: Buffer, number: number): Frame {
  const { width, height, shapes, noise } = scene;
  const seconds = number / scene.frameRate;
  const placed = shapes.map((shape) => ({ shape, ...shape.at(seconds), whole: 0, seen: 0 }));
  const pixels = Buffer.from(background);
  for (const one of placed) {
    const { shape, x, y, radius } = one;
    for (let row = Math.floor(y - radius); row <= y + radius; row += 1)
      for (let column = Math.floor(x - radius); column <= x + radius; column += 1) {
        const covered = coverage(one, column, row);
        one.whole += covered;
        if (covered === 0 || !isInside(scene, column, row)) continue;
        if (isInPillar(scene, column, row)) continue;
        paint(pixels, (row * width + column) * 3, colorAt(shape, one, column, row), covered);
      }
  }
  for (const one of placed) one.seen = countSeen(scene, placed.indexOf(one), placed);
  if (noise > 0) addNoise(pixels, noise, number);
  const objects = placed.map(({ x, y, radius, whole, seen }, id) => {
    const box = cutBox({ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius });
    const share = Math.min(1, seen / whole);
    return { id, box, seen: round(share), visible: box !== null && share >= leastSeen };
  });
  return { pixels, objects };

  function cutBox(box: Box): Box | null {
    const left = Math.max(0, box.x);
    const top = Math.max(0, box.y);
    const right = Math.min(width, box.x + box.width);
    const bottom = Math.min(height, box.y + box.height);
    if (right <= left || bottom <= top) return null;
    return {
      x: round(left / width),
      y: round(top / height),
      width: round((right - left) / width),
      height: round((bottom - top) / height),
    };
  }
}

interface Placed {
  shape: Shape;
  x: number;
  y: number;
  radius: number;
}

/** The area of a shape that nothing hides, in pixels. */
function countSeen(scene: Scene, index: number, placed: readonly Placed[]): number {
  const { x, y, radius } = placed[index]!;
  const above = placed.slice(index + 1);
  let seen = 0;
  for (let row = Math.floor(y - radius); row <= y + radius; row += 1)
    for (let column = Math.floor(x - radius); column <= x + radius; column += 1) {
      if (!isInside(scene, column, row) || isInPillar(scene, column, row)) continue;
      if (above.some((other) => coverage(other, column, row) > 0.5)) continue;
      seen += coverage(placed[index]!, column, row);
    }
  return seen;
}

/** Share of a pixel that a shape covers. */
function coverage(placed: Placed, column: number, row: number): number {
  const { shape, x, y, radius } = placed;
  if (Math.abs(column + 0.5 - x) > radius + 1 || Math.abs(row + 0.5 - y) > radius + 1) return 0;
  let inside = 0;
  for (let index = 0; index < samples * samples; index += 1) {
    const dx = (column + ((index % samples) + 0.5) / samples - x) / radius;
    const dy = (row + (Math.floor(index / samples) + 0.5) / samples - y) / radius;
    if (contains(shape.kind, dx, dy)) inside += 1;
  }
  return inside / (samples * samples);
}

function contains(kind: Shape['kind'], dx: number, dy: number): boolean {
  if (Math.abs(dx) > 1 || Math.abs(dy) > 1) return false;
  if (kind === 'circle') return dx * dx + dy * dy <= 1;
  return kind === 'square' || Math.abs(dx) <= (dy + 1) / 2;
}

/** A light stripe across the shape, so that its place is seen within it as well. */
function colorAt(shape: Shape, { x, y, radius }: Placed, column: number, row: number) {
  const along = (column + 0.5 - x + (row + 0.5 - y)) / radius;
  const light = Math.abs(along) < 0.25 ? 0.45 : 0;
  return shape.color.map((level) => level + (255 - level) * light);
}

function paint(pixels: Buffer, at: number, color: readonly number[], share: number): void {
  for (let channel = 0; channel < 3; channel += 1)
    pixels[at + channel] = pixels[at + channel]! * (1 - share) + color[channel]! * share;
}

function isInside({ width, height }: Scene, column: number, row: number): boolean {
  return column >= 0 && row >= 0 && column < width && row < height;
}

/** Where a pillar stands, no shape is drawn. */
function isInPillar({ pillars }: Scene, column: number, row: number): boolean {
  return pillars.some(
    ({ x, y, width, height }) =>
      column >= x && column < x + width && row >= y && row < y + height,
  );
}

/** Gray hills that repeat nowhere, and the pillars. */
function drawBackground(scene: Scene): Buffer {
  const pixels = Buffer.alloc(scene.width * scene.height * 3);
  for (let row = 0; row < scene.height; row += 1)
    for (let column = 0; column < scene.width; column += 1) {
      const hills = Math.sin(column / 17) + Math.cos(row / 11) + Math.sin((column + 2 * row) / 29);
      const gray = isInPillar(scene, column, row) ? 70 + ((row >> 3) & 1) * 20 : 145 + 18 * hills;
      pixels.fill(gray, (row * scene.width + column) * 3, (row * scene.width + column) * 3 + 3);
    }
  return pixels;
}

/** The same noise for the same frame. */
function addNoise(pixels: Buffer, noise: number, seed: number): void {
  let state = (seed + 1) * 2_654_435_761;
  for (let index = 0; index < pixels.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const level = pixels[index]! + ((state / 2 ** 32) * 2 - 1) * noise;
    pixels[index] = Math.min(255, Math.max(0, level));
  }
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
