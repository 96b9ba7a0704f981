import { readFileSync } from 'node:fs';
import type { JobDefinition } from '../../jobs/define-job.ts';
import { readConfig } from '../config.ts';
import type { Config, UnreadableFile } from '../config.ts';
import { findText } from './environment.ts';
import type { Environment } from './environment.ts';
import { ConfigError } from './problems.ts';
import { isReadFromFile } from './variable.ts';
import type { Variable } from './variable.ts';
import { listVariables, variables } from './variables.ts';

/** More than any key or bundle of certificates has; a wrong path may lead to a film. */
const maxFileBytes = 1024 * 1024;

/**
 * The configuration, and the environment with what its `NAME_FILE` name in the place of them; throws ConfigError with every
 * problem. The files are read once, at start: a secret that changes wants a restart.
 */
export function readConfigWithFiles(
  env: Environment,
  definitions: readonly JobDefinition[],
): { config: Config; env: Environment } {
  const { whole, unreadable } = readFiles(env);
  return { config: readConfig(whole, definitions, unreadable), env: whole };
}

/** The environment alone; throws ConfigError with every file that cannot be read. */
export function readSecretFiles(env: Environment): Environment {
  const { whole, unreadable } = readFiles(env);
  if (unreadable.length > 0) {
    throw new ConfigError(unreadable.map(({ problem }) => problem).join('\n'));
  }
  return whole;
}

/** What must not be shown of an environment, whether it is there itself or in a file; never throws. */
export function listSecretValues(env: Environment): string[] {
  const { whole } = readFiles(env);
  return Object.values(variables)
    .filter(({ isSecret }) => isSecret === true)
    .flatMap(({ name }) => findText(whole, name) ?? []);
}

/** The variables that are set, as they may be shown. */
export function describeEnvironment(
  env: Environment,
  definitions: readonly JobDefinition[],
): Record<string, string> {
  const shown = listVariables(definitions).flatMap((it) => describe(it, findText(env, it.name)));
  return Object.fromEntries(shown);
}

function describe(
  { name, isSecret, inFile }: Pick<Variable<unknown>, 'name' | 'isSecret' | 'inFile'>,
  text: string | undefined,
): [string, string][] {
  if (text === undefined) return [];
  if (isSecret) return [[name, '[redacted]']];
  // A certificate is no secret, but long.
  return [[name, inFile ? '[given]' : text]];
}

function readFiles(env: Environment): { whole: Environment; unreadable: UnreadableFile[] } {
  const whole: Record<string, string | undefined> = { ...env };
  const unreadable: UnreadableFile[] = [];
  for (const { name } of Object.values(variables).filter(isReadFromFile)) {
    const path = findText(env, `${name}_FILE`);
    delete whole[`${name}_FILE`];
    if (path === undefined) continue;
    const add = (problem: string) => void unreadable.push({ name, problem });
    if (findText(env, name) !== undefined)
      add(`${name} and ${name}_FILE are both set: leave one out.`);
    else whole[name] = readText(name, path, add);
  }
  return { whole, unreadable };
}

function readText(name: string, path: string, add: (problem: string) => void): string | undefined {
  try {
    const bytes = readFileSync(path);
    if (bytes.byteLength > maxFileBytes) throw Object.assign(new Error(), { code: 'too large' });
    const text = bytes.toString().replace(/\r?\n$/, '');
    if (text.trim() === '') add(`${name}_FILE: ${path} is empty.`);
    return text;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    add(`${name}_FILE: ${path} cannot be read (${code}).`);
    return undefined;
  }
}
