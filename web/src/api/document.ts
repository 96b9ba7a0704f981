/** The text of an operation, with the types of what it takes and answers. */
export type Document<Data, Variables> = string & {
  readonly __types?: (variables: Variables) => Data;
};
