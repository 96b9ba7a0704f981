import { inspect } from 'node:util';
import { ConfigError } from '../config.ts';
import { StartupError } from '../errors.ts';
import { DemoError } from './demo-error.ts';

/** Why the program ends; what its reader can do something about comes without a stack. */
export function explainFailure(error: unknown): string {
  const isExplained =
    error instanceof ConfigError || error instanceof DemoError || error instanceof StartupError;
  if (isExplained) return error.message;
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return isTaken ? `${error.message}: set PORT to another one.` : inspect(error);
}
