import { readFileSync } from 'node:fs';
import { ConfigError } from '../config.ts';
import type { Environment } from '../config.ts';
import { isReadFromFile } from './variable.ts';
import { describeVariables } from './variables.ts';

/** More than any key or bundle of certificates has; a wrong path may lead to a film. */
const maxFileBytes = 1024 * 1024;

/**
 * The environment with what its `NAME_FILE` name in the place of them; throws ConfigError with every problem. The files
 * are read once, at start: a secret that changes wants a restart.
 */
export function readSecretFiles(env: Environment): Environment {
  const { whole, problems } = readFiles(env);
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return whole;
}

/** What must not be shown of an environment, whether it is there itself or in a file; never throws. */
export function listSecretValues(env: Environment): string[] {
  const { whole } = readFiles(env);
  return Object.values(describeVariables())
    .filter(({ isSecret }) => isSecret === true)
    .flatMap(({ name }) => whole[name]?.trim() || []);
}

function readFiles(env: Environment): { whole: Environment; problems: string[] } {
  const whole: Record<string, string | undefined> = { ...env };
  const problems: string[] = [];
  for (const { name } of Object.values(describeVariables()).filter(isReadFromFile)) {
    const path = env[`${name}_FILE`]?.trim();
    delete whole[`${name}_FILE`];
    if (!path) continue;
    if (env[name]?.trim()) problems.push(`${name} and ${name}_FILE are both set: leave one out.`);
    else whole[name] = readText(name, path, problems);
  }
  return { whole, problems };
}

function readText(name: string, path: string, problems: string[]): string | undefined {
  try {
    const bytes = readFileSync(path);
    if (bytes.byteLength > maxFileBytes) throw Object.assign(new Error(), { code: 'too large' });
    const text = bytes.toString().replace(/\r?\n$/, '');
    if (text.trim() === '') problems.push(`${name}_FILE: ${path} is empty.`);
    return text;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    problems.push(`${name}_FILE: ${path} cannot be read (${code}).`);
    return undefined;
  }
}
