import { StartupError } from '../../errors.ts';

/** Why a demonstration ends early, in words for its user. */
export class DemoError extends StartupError {}
