import type { JobFilter } from 'fovea-jobs-client';
import type { JobErrorCode, JobState, JobType } from '../../api/generated/types.ts';
import { readTime } from './times.ts';

/** What jobs are found by, in the order in which it is suggested. */
export const qualifiers = [
  'state',
  'type',
  'error',
  'tag',
  'video',
  'persona',
  'owner',
  'after',
  'before',
  'batch',
  'id',
] as const;
export type Qualifier = (typeof qualifiers)[number];

/** One condition, as people write it: `state:failed`. */
export interface Term {
  qualifier: Qualifier;
  value: string;
}

export const states: Readonly<Record<string, JobState>> = {
  active: 'ACTIVE',
  queued: 'QUEUED',
  delayed: 'DELAYED',
  completed: 'COMPLETED',
  failed: 'FAILED',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
};

export const types: Readonly<Record<string, JobType>> = {
  summary: 'VIDEO_SUMMARIZATION',
  transcript: 'TRANSCRIPTION',
  claims: 'CLAIM_EXTRACTION',
  synthesis: 'CLAIM_SYNTHESIS',
  detection: 'OBJECT_DETECTION',
  tracking: 'OBJECT_TRACKING',
};

export const errorCodes: readonly JobErrorCode[] = [
  'MODEL_TIMEOUT',
  'MODEL_UNAVAILABLE',
  'MODEL_RATE_LIMITED',
  'MODEL_BAD_RESPONSE',
  'MODEL_REJECTED',
  'INVALID_INPUT',
  'DEADLINE_EXCEEDED',
  'STALLED',
  'PREDECESSOR_FAILED',
  'INTERNAL',
];

function isQualifier(text: string): text is Qualifier {
  return (qualifiers as readonly string[]).includes(text);
}

/** A condition that somebody has written, with its value as it is in URLs; undefined if there is no such one. */
export function readTerm(text: string, now = Date.now()): Term | undefined {
  const at = text.indexOf(':');
  const qualifier = text.slice(0, at).toLowerCase();
  const value = text
    .slice(at + 1)
    .replaceAll('"', '')
    .trim();
  if (at < 1 || !isQualifier(qualifier) || value === '') return undefined;
  const known = toKnown(qualifier, value, now);
  return known === undefined ? undefined : { qualifier, value: known };
}

function toKnown(qualifier: Qualifier, value: string, now: number): string | undefined {
  const lower = value.toLowerCase();
  switch (qualifier) {
    case 'state':
      return findKey(states, lower);
    case 'type':
      return findKey(types, lower);
    case 'error':
      return errorCodes.find((code) => code === value.toUpperCase());
    case 'after':
    case 'before':
      return readTime(value, now);
    default:
      return value;
  }
}

/** Also takes what the API calls it. */
function findKey(names: Readonly<Record<string, string>>, value: string): string | undefined {
  return Object.keys(names).find((name) => name === value || names[name]!.toLowerCase() === value);
}

/** The conditions of a URL. Those that nobody can read are left out. */
export function readTerms(params: URLSearchParams): Term[] {
  return [...params].flatMap(([name, value]) => readTerm(`${name}:${value}`) ?? []);
}

/** The conditions as the API takes them. Several of one kind widen it, several kinds narrow it; tags must all be there. */
export function toFilter(terms: readonly Term[], text = ''): JobFilter {
  const valuesOf = (qualifier: Qualifier) =>
    terms.flatMap((term) => (term.qualifier === qualifier ? term.value : []));
  const list = <Value>(
    qualifier: Qualifier,
    name: keyof JobFilter,
    to: (value: string) => Value,
  ) => {
    const values = valuesOf(qualifier);
    return values.length > 0 ? { [name]: values.map(to) } : {};
  };
  const one = (qualifier: Qualifier, name: keyof JobFilter) => {
    const value = valuesOf(qualifier).at(-1);
    return value === undefined ? {} : { [name]: value };
  };
  return {
    ...list('state', 'states', (value) => states[value]),
    ...list('type', 'types', (value) => types[value]),
    ...list('error', 'errorCodes', (value) => value),
    ...list('tag', 'tags', (value) => value),
    ...list('video', 'videoIds', (value) => value),
    ...list('id', 'ids', (value) => value),
    ...one('persona', 'personaId'),
    ...one('owner', 'owner'),
    ...one('batch', 'batchId'),
    ...one('after', 'createdAfter'),
    ...one('before', 'createdBefore'),
    ...(text.trim() ? { text: text.trim() } : {}),
  };
}

/** Kinds of which only the last one counts. */
export const single: ReadonlySet<Qualifier> = new Set([
  'persona',
  'owner',
  'batch',
  'after',
  'before',
]);
