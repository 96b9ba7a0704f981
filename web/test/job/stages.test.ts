import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stages } from '../../src/messages/ar/stages.ts';
import { translate } from '../../src/messages/templates.ts';

/** How the jobs and the baseline model say what they do. */
const patterns = [
  /\breport\(\d+, ['`]([^'`]+)['`]/g,
  /\bwork\.step\([\d.]+, ['`]([^'`]+)['`]/g,
  /\bstage(?:: | = )['`]([^'`]+)['`]/g,
];

function listStages(): string[] {
  const files = globSync(['src/subjects/*/*.ts', 'baseline-model/src/**/*.ts']);
  const texts = files.flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    return patterns.flatMap((pattern) => [...source.matchAll(pattern)].map(([, text]) => text!));
  });
  return [...new Set(texts.map((text) => text.replaceAll(/\$\{[^}]+\}/g, '#')))];
}

test('every stage of the jobs and of the baseline model has a text in Arabic, and no other has', () => {
  expect(listStages().toSorted()).toEqual(Object.keys(stages).toSorted());
});

test('a stage keeps its numbers, and what nobody knows is said as it is', () => {
  const translated = translate('Looking at frames 11 to 20 of 300', stages);
  expect(translated.match(/\d+/g)).toEqual(['11', '20', '300']);
  expect(translated).not.toContain('#');
  expect(translate('Warming up 3 GPUs', stages)).toBe('Warming up 3 GPUs');
  expect(translate('Extracting claims', {})).toBe('Extracting claims');
});
