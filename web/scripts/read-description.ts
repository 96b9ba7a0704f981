import type { Field } from '../src/new-job/form/field.ts';

type Bounds = Pick<Field, 'min' | 'isAbove' | 'max' | 'maxLength' | 'minItems' | 'maxItems'>;

const figure = String.raw`(\d[\d,]*(?:\.\d+)?)`;
const toNumber = (text: string) => Number(text.replaceAll(',', ''));

function find(text: string, pattern: string): number[] | undefined {
  return new RegExp(pattern).exec(text)?.slice(1).map(toNumber);
}

/** The bounds of a field, which stand in its description: "1 to 100", "above 0, up to 1", "up to 200 characters". */
export function readBounds(type: string, isList: boolean, description: string): Bounds {
  const [maxLength] = find(description, `[Uu]p to ${figure} characters`) ?? [];
  const characters = type === 'String' && maxLength !== undefined ? { maxLength } : {};
  if (isList) {
    const [minItems, maxItems] =
      find(description, `\\b${figure} to ${figure}\\b`) ??
      find(description, `\\b()up to ${figure} \\w+ of`) ??
      [];
    return { ...(minItems && { minItems }), ...(maxItems && { maxItems }), ...characters };
  }
  if (type !== 'Int' && type !== 'Float') return characters;
  const range = find(description, `\\b${figure} to ${figure}\\b`);
  if (range) return { min: range[0]!, max: range[1]! };
  const [above] = find(description, `above ${figure}`) ?? [];
  const [max] = find(description, `up to ${figure}`) ?? [];
  return {
    ...(above !== undefined && { min: above, isAbove: true }),
    ...(max !== undefined && { max }),
  };
}

/** The fields of which only one may be there: "either `a` or `b`" of the whole, or "Either this or `b`" of one of them. */
export function readAlternatives(
  description: string,
  fields: readonly Field[],
): readonly string[] | undefined {
  const both = /either `(\w+)` or `(\w+)`/.exec(description);
  if (both) return both.slice(1);
  const first = fields.find((field) => /Either this or `\w+`/.test(field.description));
  const second = /Either this or `(\w+)`/.exec(first?.description ?? '');
  return first && second ? [first.name, second[1]!] : undefined;
}
