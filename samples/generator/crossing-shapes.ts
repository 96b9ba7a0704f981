import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawFrames, encodeFrames, type Frame, type Scene } from './scene.ts';

// Makes crossing-shapes.mp4 and its truth anew: `node samples/generator/crossing-shapes.ts`, with ffmpeg on the PATH.

const scene: Scene = {
  width: 320,
  height: 180,
  frameRate: 15,
  frameCount: 180,
  noise: 0,
  pillars: [{ x: 196, y: 0, width: 40, height: 180 }],
  shapes: [
    {
      // Passes behind the pillar, where nothing of it is seen, and leaves on the right.
      label: 'yellow triangle',
      kind: 'triangle',
      color: [225, 190, 20],
      at: (seconds) => ({ x: 30 + 29 * seconds, y: 138 + 6 * Math.sin(seconds), radius: 17 }),
    },
    {
      // Goes to the left behind the red circle, leaves, and comes back.
      label: 'blue square',
      kind: 'square',
      color: [30, 60, 200],
      at: (seconds) => ({ x: 70 + 110 * Math.cos(0.35 + seconds / 2.2), y: 60, radius: 16 }),
    },
    {
      // Comes nearer, and leaves below.
      label: 'green circle',
      kind: 'circle',
      color: [20, 140, 60],
      at: (seconds) => ({
        x: 285 - 5 * seconds,
        y: 30 + 1.9 * seconds * seconds,
        radius: 13 + 1.1 * seconds,
      }),
    },
    {
      // Swings to and fro in front of the others.
      label: 'red circle',
      kind: 'circle',
      color: [205, 30, 35],
      at: (seconds) => ({
        x: 95 + 60 * Math.sin(seconds * 0.9),
        y: 80 + 30 * Math.sin(seconds * 1.3),
        radius: 20,
      }),
    },
  ],
};

const folder = join(import.meta.dirname, '..');
const codec = ['-c:v', 'libx264', '-preset', 'veryslow', '-crf', '22', '-g', '45'];
const target = ['-movflags', '+faststart'];
const frames = [...drawFrames(scene)];
await encodeFrames(
  scene,
  frames.map(({ pixels }) => pixels),
  [...codec, ...target],
  join(folder, 'crossing-shapes.mp4'),
);
await writeFile(join(folder, 'crossing-shapes.json'), toTruth(frames));

/** One line a frame, so that changes can be read. */
function toTruth(drawn: readonly Frame[]): string {
  const { width, height, frameRate, shapes } = scene;
  const objects = shapes.map(({ label }, id) => ({ id, label }));
  const head = JSON.stringify({ width, height, frameRate, objects });
  const lines = drawn.map(({ objects: truth }, frame) => JSON.stringify({ frame, objects: truth }));
  return `${head.slice(0, -1)},"frames":[\n${lines.join(',\n')}\n]}\n`;
}
