import type { Field } from './field.ts';

/** What stands in a field: what was typed, whether or not it is valid. Undefined: it is not there. */
export type Raw = undefined | string | boolean | readonly string[] | RawGroup | readonly RawGroup[];
export interface RawGroup {
  readonly [name: string]: Raw;
}

type Fields = Pick<Field, 'fields' | 'alternatives'>;

/** The form as it is opened: the input of another job, and defaults where that has nothing. */
export function fillForm({ fields = [], alternatives }: Fields, input: object = {}): RawGroup {
  const given = input as Record<string, unknown>;
  const chosen = alternatives?.find((name) => given[name] != null) ?? alternatives?.[0];
  return Object.fromEntries(
    fields.map((field) => {
      const isOut = alternatives?.includes(field.name) && field.name !== chosen;
      return [
        field.name,
        isOut ? undefined : fillField(field, given[field.name], field.name === chosen),
      ];
    }),
  );
}

/** What a field begins with once it is there. */
export const fillNew = (field: Field): Raw => fillField(field, undefined, true);

function fillField(field: Field, given: unknown, isWanted: boolean): Raw {
  if (field.type === 'Group') {
    if (field.isList) {
      if (Array.isArray(given)) return given.map((item: object) => fillForm(field, item));
      return isWanted ? [fillForm(field)] : [];
    }
    const isThere = given != null || field.isRequired || isWanted;
    return isThere ? fillForm(field, given ?? {}) : undefined;
  }
  if (field.type === 'ID' && field.isList) return (given as string[] | undefined) ?? [];
  if (field.type === 'Boolean') return (given ?? field.defaultValue ?? false) as boolean;
  if (Array.isArray(given)) return given.join(', ');
  const { defaultValue = '' } = field;
  return String((given as string | null | undefined) ?? defaultValue);
}
