import type { z } from 'zod';
import { showGiven } from './address.ts';
import type { Problems } from './problems.ts';
import type { Variable } from './variable.ts';

export type Reader = <Value>(variable: Variable<Value>) => Value;

/** As much of a wrong value is shown. */
const maxShownLength = 80;

/** Reads variables one by one; one that cannot be read is a problem, and has its default. */
export function createReader(
  env: Readonly<Record<string, string | undefined>>,
  problems: Problems,
): Reader {
  return (variable) => {
    const { name, schema, fallback } = variable;
    const text = env[name]?.trim();
    if (text === undefined || text === '') return fallback;
    const parsed = schema.safeParse(text, { error: toPlainWords });
    if (parsed.success) return parsed.data;
    const wanted = new Set(parsed.error.issues.map(({ message }) => message));
    const given = show(variable, text);
    const hint = findHint(name, text);
    const parts = [...(given === undefined ? [] : [`${given} is given`]), ...wanted, ...hint];
    problems.refuse(name, `${name}: ${parts.join('; ')}.`);
    return fallback;
  };
}

/** What may be shown of a value; undefined: nothing. */
function show(
  { isSecret, inFile, isAddress }: Pick<Variable<unknown>, 'isSecret' | 'inFile' | 'isAddress'>,
  text: string,
): string | undefined {
  if (isAddress) return showGiven(text);
  if (isSecret || inFile) return undefined;
  return JSON.stringify(text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text);
}

/** What a schema of ours does not say itself. */
function toPlainWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `it must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `it must ${measure(issue.origin, issue.minimum)} or more`;
    case 'too_big':
      return `it must ${measure(issue.origin, issue.maximum)} or less`;
    default:
      return 'it is not of the form that docs/configuration.md describes';
  }
}

function measure(origin: string, bound: number | bigint): string {
  return origin === 'string' ? `have ${bound} characters` : `be ${bound}`;
}

/** Where a value comes from that nobody meant. */
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
