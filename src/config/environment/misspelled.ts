import { queueName } from '../../jobs/define-job.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import { findText } from './environment.ts';
import type { Environment } from './environment.ts';
import { isReadFromFile } from './variable.ts';
import { listVariables } from './variables.ts';
import { describeQueueVariables } from '../workers.ts';

/** A variable that is set, that nobody reads, and that was meant to be another one, as it seems. */
export interface Misspelled {
  name: string;
  resembles: string;
}

/** Words that people have for the same; `undefined` adds nothing. */
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

/** What Kubernetes and Docker set for each service that can be reached. */
const serviceLink = /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$/;
const serviceAddress = /^(tcp|udp|sctp):\/\//;

/** Other programs have variables of their own in the same environment, so that only what is close to one of ours is named. */
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
      const resembles =
        findClosest(name, known) ??
        // Whoever sets both names means another program by the one that is not ours.
        [...known].find((it) => !isSet(it) && toWords(it) === toWords(name)) ??
        findOfQueue(name, definitions);
      return resembles === undefined ? [] : [{ name, resembles }];
    });
}

export function describeMisspelled({ name, resembles }: Misspelled): string {
  return `${name} is set, and nobody reads it: it resembles ${resembles}.`;
}

function listNames(definitions: readonly JobDefinition[]): Set<string> {
  return new Set(
    listVariables(definitions).flatMap((it) =>
      isReadFromFile(it) ? [it.name, `${it.name}_FILE`] : [it.name],
    ),
  );
}

/** The known name that a few slips of the fingers make of this one; separators and capitals do not count. */
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

/** The shorter a name, the more others are like it: HOST and HOME, PORT and PATH. */
function allowedEdits(length: number): number {
  if (length < 7) return 0;
  if (length < 12) return 1;
  return length < 20 ? 2 : 3;
}

function toLetters(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z\d]/g, '');
}

/** Its words in the singular and in no order; names that mean the same have the same. Of one word alone, nothing. */
function toWords(name: string): string {
  const translate = (word: string) => (word in synonyms ? (synonyms[word] ?? []) : [word]);
  const words = name.toUpperCase().split('_').flatMap(translate).map(toSingular).flatMap(translate);
  return words.length < 2 ? name : words.toSorted().join(' ');
}

function toSingular(word: string): string {
  return word.replace(/IES$/, 'Y').replace(/(?<=\w{2}[^S])S$/, '');
}

/** What begins as the variables of a queue do, or ends so and names a part of its type: VIDEO_CONCURRENCY. */
function findOfQueue(name: string, definitions: readonly JobDefinition[]): string | undefined {
  const queue = definitions.find(({ type }) => name.startsWith(`${type}_`));
  if (queue) {
    const names = Object.values(describeQueueVariables(queue, 'external')).map((it) => it.name);
    return `those of the queue ${queueName(queue)}, ${names.join(', ')}`;
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

/** Whether one text becomes the other by so many insertions, deletions, replacements and swaps of neighbors, or fewer. */
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
