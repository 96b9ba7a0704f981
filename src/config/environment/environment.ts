import type { z } from 'zod';
import { showAddressOnly } from './address.ts';
import type { Problems } from './problems.ts';
import type { Values, Variable } from './variable.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A longer value is cut in messages. */
const maxShownLength = 80;

/** The value of a variable; undefined if it is unset or empty. */
export function findText(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/** Reads these variables. An invalid value is a problem, and is replaced by the default. */
export function readVariables<Variables extends Record<string, Variable<unknown>>>(
  variables: Variables,
  env: Environment,
  problems: Problems,
): Values<Variables> {
  const entries = Object.entries(variables).map(([key, variable]) => [
    key,
    readVariable(variable, env, problems),
  ]);
  return Object.fromEntries(entries) as Values<Variables>;
}

function readVariable(variable: Variable<unknown>, env: Environment, problems: Problems): unknown {
  const { name, schema, fallback } = variable;
  const text = findText(env, name);
  if (text === undefined) return fallback;
  const parsed = schema.safeParse(text, { error: toPlainWords });
  if (parsed.success) return parsed.data;
  const expected = new Set(parsed.error.issues.map(({ message }) => message));
  const given = showValue(variable, text);
  const hint = findHint(name, text);
  const parts = [...(given === undefined ? [] : [`${given} is given`]), ...expected, ...hint];
  problems.refuse(name, `${name}: ${parts.join('; ')}.`);
  return fallback;
}

/** The part of a value that may be shown; undefined: nothing. */
function showValue(
  { isSecret, inFile, isAddress }: Pick<Variable<unknown>, 'isSecret' | 'inFile' | 'isAddress'>,
  text: string,
): string | undefined {
  if (isAddress) return showAddressOnly(text);
  if (isSecret || inFile) return undefined;
  return JSON.stringify(text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text);
}

/** Messages for what our schemas do not word themselves. */
function toPlainWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `it must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `it must ${measure(issue.origin, issue.minimum)} or more`;
    case 'too_big':
      return `it must ${measure(issue.origin, issue.maximum)} or less`;
    default:
      return 'it does not have the form that docs/configuration.md describes';
  }
}

function measure(origin: string, bound: number | bigint): string {
  return origin === 'string' ? `have ${bound} characters` : `be ${bound}`;
}

/** The likely reason of a value that nobody intended. */
function findHint(name: string, text: string): string[] {
  if (/^(["']).*\1$/s.test(text)) return ['leave the quotation marks out'];
  if (!name.endsWith('_PORT') || !/^(tcp|udp|sctp):\/\//.test(text)) return [];
  const service = name
    .replace(/_PORT$/, '')
    .replaceAll('_', '-')
    .toLowerCase();
  return [
    `Kubernetes and Docker set this for a service called ${service}: set ${name} itself, or turn that off (enableServiceLinks: false)`,
  ];
}
