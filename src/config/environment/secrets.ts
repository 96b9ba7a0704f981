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

/** More than any key or bundle of certificates has; a wrong path may lead to a video. */
const maxFileBytes = 1024 * 1024;

/**
 * The configuration, and the environment in which the content of a file replaces its `NAME_FILE`; throws ConfigError with
 * every problem. Files are read once, at start: a changed secret needs a restart.
 */
export function readConfigWithFiles(
  env: Environment,
  definitions: readonly JobDefinition[],
): { config: Config; env: Environment } {
  const { resolved, unreadable } = readFiles(env);
  return { config: readConfig(resolved, definitions, unreadable), env: resolved };
}

/** The environment alone; throws ConfigError with every file that cannot be read. */
export function readSecretFiles(env: Environment): Environment {
  const { resolved, unreadable } = readFiles(env);
  if (unreadable.length > 0) {
    throw new ConfigError(unreadable.map(({ problem }) => problem).join('\n'));
  }
  return resolved;
}

/** The values that must not be shown, from the environment or its files; never throws. */
export function listSecretValues(env: Environment): string[] {
  const { resolved } = readFiles(env);
  return Object.values(variables)
    .filter(({ isSecret }) => isSecret === true)
    .flatMap(({ name }) => findText(resolved, name) ?? []);
}

/** The variables that are set, with secrets redacted. */
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
  // A certificate is not secret, but long.
  return [[name, inFile ? '[given]' : text]];
}

function readFiles(env: Environment): { resolved: Environment; unreadable: UnreadableFile[] } {
  const resolved: Record<string, string | undefined> = { ...env };
  const unreadable: UnreadableFile[] = [];
  for (const { name } of Object.values(variables).filter(isReadFromFile)) {
    const path = findText(env, `${name}_FILE`);
    delete resolved[`${name}_FILE`];
    if (path === undefined) continue;
    const add = (problem: string) => void unreadable.push({ name, problem });
    if (findText(env, name) !== undefined)
      add(`${name} and ${name}_FILE are both set: leave one out.`);
    else resolved[name] = readText(name, path, add);
  }
  return { resolved, unreadable };
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
