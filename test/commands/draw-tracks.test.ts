import { expect, test } from 'vitest';
import { drawTracks } from '../../src/commands/demo/draw-tracks.ts';

const size = { width: 320, height: 160 };

function keyframe(timestamp: number, x: number, y: number) {
  return { timestamp, box: { x, y, width: 0.2, height: 0.4 } };
}

test('a track is its way, and its box where it was last, with its number', () => {
  const track = { label: 'ball', keyframes: [keyframe(0, 0, 0), keyframe(1, 0.75, 0)] };
  expect(drawTracks([track], size, 42).split('\n')).toEqual([
    '┌────────────────────────────────────────┐',
    '│                              ┌───────┐ │',
    '│                              │       │ │',
    '│    ··························│···1   │ │',
    '│                              │       │ │',
    '│                              └───────┘ │',
    ...Array.from({ length: 5 }, () => '│                                        │'),
    '└────────────────────────────────────────┘',
  ]);
});

test('what was never seen is not drawn, and what leaves the frame stays within the picture', () => {
  const lost = { label: 'lost', keyframes: [] };
  const beyond = { label: 'beyond', keyframes: [keyframe(0, 0.95, 0.9)] };
  const lines = drawTracks([lost, beyond], size, 22).split('\n');
  expect(new Set(lines.map((line) => line.length))).toEqual(new Set([22]));
  expect(lines.join('')).toContain('2');
  expect(lines.join('')).not.toContain('1');
});

test('a terminal of no width is no fault', () => {
  expect(drawTracks([], size, 0)).toBe('┌─┐\n│ │\n└─┘');
});
