import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { readAlternatives, readBounds } from '../../scripts/read-description.ts';
import { forms, startOf } from '../../src/api/generated/forms.ts';
import type { Field } from '../../src/new-job/form/field.ts';

/** What the server checks, as JSON Schema says it. */
interface Checked {
  type?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Checked>;
  items?: Checked;
  anyOf?: Checked[];
}

const unwrap = (node: Checked): Checked => node.anyOf?.find(({ type }) => type !== 'null') ?? node;

/** Each bound that a form has, and what the server has in its place. */
function compare(
  fields: readonly Field[],
  node: Checked,
  path: string,
): [string, unknown, unknown][] {
  return fields.flatMap((field) => {
    const checked = unwrap(unwrap(node).properties![field.name]!);
    const element = checked.items ? unwrap(checked.items) : checked;
    const at = `${path}.${field.name}`;
    // What must be above a figure is refined, which JSON Schema does not say.
    const min = field.isAbove ? undefined : field.min;
    const bounds: [string, unknown, unknown][] = [
      [`${at} min`, min, element.minimum],
      [`${at} max`, field.max, element.maximum],
      [`${at} maxLength`, field.maxLength, element.maxLength],
      [`${at} minItems`, field.minItems, checked.minItems],
      [`${at} maxItems`, field.maxItems, checked.maxItems],
    ];
    return [
      ...bounds.filter(([, stated]) => stated !== undefined),
      ...(field.fields ? compare(field.fields, element, at) : []),
    ];
  });
}

describe.each(jobDefinitions.map((definition) => [startOf[definition.type]!, definition] as const))(
  '%s',
  (name, definition) => {
    test('each bound that a form checks is that of the server', () => {
      const schema = z.toJSONSchema(definition.input, { io: 'input' }) as Checked;
      const bounds = compare(forms[name].fields, schema, name);
      for (const [at, stated, checked] of bounds) expect([at, stated]).toEqual([at, checked]);
      const ranged = forms[name].fields.filter(({ type }) => type === 'Int');
      for (const field of ranged) expect(field.max ?? field.maxItems).toBeDefined();
    });
  },
);

test('bounds are read as people write them', () => {
  expect(readBounds('Int', false, 'Words, 100 to 2,000.')).toEqual({ min: 100, max: 2_000 });
  expect(readBounds('Float', false, 'Above 0.5.'.toLowerCase())).toEqual({
    min: 0.5,
    isAbove: true,
  });
  expect(readBounds('Float', false, 'Width, above 0, up to 1.')).toEqual({
    min: 0,
    isAbove: true,
    max: 1,
  });
  expect(readBounds('Int', false, 'Every how many, 1 to 30; 1 to 3 is safe.')).toEqual({
    min: 1,
    max: 30,
  });
  expect(readBounds('String', false, 'Up to 4,000 characters.')).toEqual({ maxLength: 4_000 });
  expect(readBounds('String', true, 'Up to 20 tags of up to 50 characters.'.toLowerCase())).toEqual(
    {
      maxItems: 20,
      maxLength: 50,
    },
  );
  expect(readBounds('Boolean', false, 'Whether 1 to 2 of them.')).toEqual({});
});

test('fields that exclude each other are found in what is said of the whole, or of one of them', () => {
  expect(readAlternatives('Which: either `numbers` or `range`.', [])).toEqual(['numbers', 'range']);
  expect(forms.trackObjects.alternatives).toEqual(['detection', 'objects']);
  expect(forms.summarizeVideo.alternatives).toBeUndefined();
});
