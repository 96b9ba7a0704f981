/** One field of a form, as the schema describes it. */
export interface Field {
  readonly name: string;
  readonly type: 'ID' | 'String' | 'Int' | 'Float' | 'Boolean' | 'DateTime' | 'Enum' | 'Group';
  readonly description: string;
  readonly isList?: boolean;
  readonly isRequired?: boolean;
  readonly defaultValue?: string | number | boolean;
  /** Of a number; `isAbove` if it must be above `min`. */
  readonly min?: number;
  readonly isAbove?: boolean;
  readonly max?: number;
  /** Characters of a text, or of each text of a list. */
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Of an enum. */
  readonly values?: readonly { readonly name: string; readonly description: string }[];
  /** Of a group, with those of which only one may be there. */
  readonly fields?: readonly Field[];
  readonly alternatives?: readonly string[];
}

/** The input of a mutation. */
export interface Form<Name extends string = string> {
  readonly name: Name;
  readonly description: string;
  readonly fields: readonly Field[];
  readonly alternatives?: readonly string[];
}
