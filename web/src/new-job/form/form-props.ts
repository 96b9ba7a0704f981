import { createContext } from 'react';
import type { ReactNode } from 'react';
import type { InputProps } from '../../controls/field.tsx';
import type { Field } from './field.ts';
import type { Raw, RawGroup } from './raw.ts';
import type { Issue } from './read-form.ts';

export interface FormFieldsProps {
  form: Pick<Field, 'fields' | 'alternatives'>;
  raw: RawGroup;
  onChange: (raw: RawGroup) => void;
  issues: readonly Issue[];
  /** The path of what these fields are in, with a dot at its end. */
  prefix?: string;
  /** Whether several videos can be chosen. */
  isManyVideos?: boolean | undefined;
  videoId?: string | undefined;
}

export interface FieldControlProps extends FormFieldsProps {
  field: Field;
  path: string;
  value: Raw;
  onValue: (value: Raw) => void;
  /** Shows the fields of a group. */
  nest: (props: FormFieldsProps) => ReactNode;
}

export interface PickerProps {
  input: InputProps;
  ids: readonly string[];
  onChoose: (ids: readonly string[]) => void;
  isMultiple?: boolean | undefined;
  /** The video that the form is about, which narrows what can be chosen. */
  videoId?: string | undefined;
}

export interface BesideListProps {
  items: readonly RawGroup[];
  onItems: (items: readonly RawGroup[]) => void;
  videoId: string | undefined;
  /** The fields beside the list. */
  around: RawGroup;
}

/** What stands above a list of groups, by the name of its field. */
export const BesideLists = createContext<
  Readonly<Record<string, (props: BesideListProps) => ReactNode>>
>({});

/** What is chosen by searching, by the name of its field. */
export const Pickers = createContext<Readonly<Record<string, (props: PickerProps) => ReactNode>>>(
  {},
);
