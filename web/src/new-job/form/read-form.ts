import type { Messages } from '../../messages/messages.tsx';
import type { Field } from './field.ts';
import type { Raw, RawGroup } from './raw.ts';

/** What is wrong with a field; `path` is its name and those around it, with dots between. */
export interface Issue {
  path: string;
  message: string;
}

type Words = Messages['newJob']['issues'];

/** The input that a form stands for, and what the schema does not allow of it. What is empty is left out. */
export function readForm(
  { fields = [], alternatives }: Pick<Field, 'fields' | 'alternatives'>,
  raw: RawGroup,
  words: Words,
): { input: Record<string, unknown>; issues: Issue[] } {
  const issues: Issue[] = [];
  const input = readGroup(
    { fields, ...(alternatives && { alternatives }) },
    raw,
    '',
    issues,
    words,
  );
  return { input, issues };
}

function readGroup(
  { fields = [] }: Pick<Field, 'fields' | 'alternatives'>,
  raw: RawGroup,
  prefix: string,
  issues: Issue[],
  words: Words,
): Record<string, unknown> {
  const entries = fields.map((field) => {
    const path = `${prefix}${field.name}`;
    const value = readField(field, raw[field.name], path, issues, words);
    return [field.name, value] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function readField(field: Field, raw: Raw, path: string, issues: Issue[], words: Words): unknown {
  if (raw === undefined) return undefined;
  const refuse = (message: string) => void issues.push({ path, message });
  if (field.type === 'Group') {
    if (!Array.isArray(raw)) return readGroup(field, raw as RawGroup, `${path}.`, issues, words);
    const items = (raw as RawGroup[]).map((item, index) =>
      readGroup(field, item, `${path}.${index}.`, issues, words),
    );
    return checkCount(field, items, words, refuse);
  }
  if (typeof raw === 'boolean') return raw;
  const texts = listTexts(field, raw as string | readonly string[]);
  if (field.isList) {
    const items = texts.map((text) => readScalar(field, text, words, refuse));
    return checkCount(field, items, words, refuse);
  }
  if (texts[0] !== undefined) return readScalar(field, texts[0], words, refuse);
  if (field.isRequired) refuse(field.type === 'ID' ? words.choose : words.empty);
  return undefined;
}

function listTexts({ isList }: Field, raw: string | readonly string[]): string[] {
  const written = isList && typeof raw === 'string' ? raw.split(/[,\n]/) : [raw].flat();
  return written.map((text) => text.trim()).filter(Boolean);
}

type Refuse = (message: string) => void;

function checkCount(field: Field, items: unknown[], words: Words, refuse: Refuse): unknown {
  const { minItems = 0, maxItems = Infinity, isRequired } = field;
  if (items.length === 0) {
    if (isRequired) refuse(field.type === 'ID' ? words.choose : words.empty);
    return undefined;
  }
  if (items.length < minItems || items.length > maxItems) refuse(words.items(minItems, maxItems));
  return items;
}

function readScalar(field: Field, text: string, words: Words, refuse: Refuse): unknown {
  if (field.type === 'Int' || field.type === 'Float') return readNumber(field, text, words, refuse);
  if (field.type === 'DateTime') {
    const time = new Date(text);
    if (!Number.isNaN(time.getTime())) return time.toISOString();
    refuse(words.time);
    return undefined;
  }
  if (field.maxLength !== undefined && text.length > field.maxLength) {
    refuse(words.tooLong(field.maxLength));
  }
  return text;
}

function readNumber(field: Field, text: string, words: Words, refuse: Refuse): number | undefined {
  const { type, min = -Infinity, max = Infinity, isAbove } = field;
  const value = Number(text);
  const isWhole = type === 'Int';
  const isWrong =
    !Number.isFinite(value) ||
    (isWhole && !Number.isInteger(value)) ||
    (isAbove ? value <= min : value < min) ||
    value > max;
  if (!isWrong) return value;
  refuse(words.number(field));
  return undefined;
}
