export * from '../generated/typed-documents.ts';
export type * from '../generated/types.ts';
