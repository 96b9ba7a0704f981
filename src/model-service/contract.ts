// @TODO For the built-in model service alone, until it knows the contract by itself.
/* oxlint-disable no-restricted-imports */
export * from '../subjects/claims/wire.ts';
export * from '../subjects/summary/wire.ts';
export * from '../subjects/synthesis/wire.ts';
export * from './stream-line.ts';
