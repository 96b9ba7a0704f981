import type { JobDefinition } from '../../jobs/define-job.ts';
import { findText } from './environment.ts';
import type { Environment } from './environment.ts';
import { isReadFromFile } from './variable.ts';
import { listVariables } from './variables.ts';
import { describeQueueVariables } from '../workers.ts';

/** A variable that is set but does not exist, and that is probably another one misspelled. */
export interface Misspelled {
  name: string;
  /** The variable that was probably meant; for a queue, all of its variables. */
  suggestion: string;
}

/** Words that people use for the same thing; `undefined` is ignored. */
const synonyms: Readonly<Record<string, string | undefined>> = {
  URI: 'URL',
  DSN: 'URL',
  ADDRESS: 'URL',
  ENDPOINT: 'URL',
  DB: 'DATABASE',
  PG: 'DATABASE',
  POSTGRES: 'DATABASE',
  POSTGRESQL: 'DATABASE',
  VALKEY: 'REDIS',
  FOLDER: 'DIR',
  DIRECTORY: 'DIR',
  MAXIMUM: 'MAX',
  SERVICE: undefined,
  MS: undefined,
  SEC: undefined,
  SECOND: undefined,
  MILLISECOND: undefined,
};

/** Kubernetes and Docker set these for each service that can be reached. */
const serviceLink = /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$/;
const serviceAddress = /^(tcp|udp|sctp):\/\//;

/** Other programs have variables in the same environment, so only those close to one of ours are listed. */
export function listMisspelled(
  env: Environment,
  definitions: readonly JobDefinition[],
): Misspelled[] {
  const known = listNames(definitions);
  const isSet = (name: string) => findText(env, name) !== undefined;
  const isForeign = (name: string) =>
    known.has(name) || serviceLink.test(name) || serviceAddress.test(env[name]!);
  return Object.keys(env)
    .filter((name) => isSet(name) && !isForeign(name))
    .flatMap((name) => {
      const suggestion =
        findClosest(name, known) ??
        // If both are set, the one that is not ours belongs to another program.
        [...known].find((it) => !isSet(it) && toWords(it) === toWords(name)) ??
        findQueueVariable(name, definitions);
      return suggestion === undefined ? [] : [{ name, suggestion }];
    });
}

export function describeMisspelled({ name, suggestion }: Misspelled): string {
  return `${name} is set, but there is no such variable. Did you mean ${suggestion}?`;
}

function listNames(definitions: readonly JobDefinition[]): Set<string> {
  return new Set(
    listVariables(definitions).flatMap((it) =>
      isReadFromFile(it) ? [it.name, `${it.name}_FILE`] : [it.name],
    ),
  );
}

/** The known name that is a few typing errors away; separators and case are ignored. */
function findClosest(name: string, known: ReadonlySet<string>): string | undefined {
  const letters = toLetters(name);
  const edits = [0, 1, 2, 3];
  for (const count of edits) {
    const found = [...known].find((it) => {
      const other = toLetters(it);
      return count <= allowedEdits(other.length) && isWithinEdits(letters, other, count);
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Short names are close to many others: HOST and HOME, PORT and PATH. */
function allowedEdits(length: number): number {
  if (length < 7) return 0;
  if (length < 12) return 1;
  return length < 20 ? 2 : 3;
}

function toLetters(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z\d]/g, '');
}

/** Its words in the singular, sorted, so that names of the same meaning are equal; a single word stays as it is. */
function toWords(name: string): string {
  const translate = (word: string) => (word in synonyms ? (synonyms[word] ?? []) : [word]);
  const words = name.toUpperCase().split('_').flatMap(translate).map(toSingular).flatMap(translate);
  return words.length < 2 ? name : words.toSorted().join(' ');
}

function toSingular(word: string): string {
  return word.replace(/IES$/, 'Y').replace(/(?<=\w{2}[^S])S$/, '');
}

/** A queue's variable whose name begins with the type, or ends like one and names a part of it: VIDEO_CONCURRENCY. */
function findQueueVariable(
  name: string,
  definitions: readonly JobDefinition[],
): string | undefined {
  const queue = definitions.find(({ type }) => name.startsWith(`${type}_`));
  if (queue) {
    const names = Object.values(describeQueueVariables(queue, 'external')).map((it) => it.name);
    return `one of ${names.join(', ')}`;
  }
  for (const definition of definitions) {
    for (const { name: whole } of Object.values(describeQueueVariables(definition, 'external'))) {
      const setting = whole.slice(definition.type.length);
      const isPart = definition.type.split('_').some((word) => `${word}${setting}` === name);
      if (isPart) return whole;
    }
  }
  return undefined;
}

/** Whether at most so many insertions, deletions, replacements and swaps of neighbors turn one text into the other. */
function isWithinEdits(a: string, b: string, edits: number): boolean {
  if (Math.abs(a.length - b.length) > edits) return false;
  if (a === b) return true;
  if (edits === 0) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    isWithinEdits(restA.slice(1), restB, edits - 1) ||
    isWithinEdits(restA, restB.slice(1), edits - 1) ||
    isWithinEdits(restA.slice(1), restB.slice(1), edits - 1) ||
    (restA[0] === restB[1] &&
      restA[1] === restB[0] &&
      isWithinEdits(restA.slice(2), restB.slice(2), edits - 1))
  );
}
