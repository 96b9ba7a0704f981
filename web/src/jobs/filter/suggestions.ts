import { FilterNames } from '../../api/generated/documents.ts';
import { useQuery } from '../../api/use-query.ts';
import { useMessages } from '../../messages/messages.tsx';
import { useViewer } from '../../session/viewer.tsx';
import type { JobList } from '../engine/job-list.ts';
import { errorCodes, qualifiers, states, types } from './terms.ts';
import type { Qualifier, Term } from './terms.ts';

export interface Suggestion {
  /** What is written, such as `state:failed`; a qualifier alone ends with a colon. */
  text: string;
  hint: string;
  /** The condition that it is; undefined if something must still be written. */
  term?: Term;
}

/** Suggestions at most. */
const maxSuggestions = 12;

/** What may follow the word that somebody is writing. */
export function useSuggestions(word: string, list: JobList): readonly Suggestion[] {
  const { jobs: m, controls } = useMessages();
  const { role } = useViewer();
  const colon = word.indexOf(':');
  const qualifier = word.slice(0, Math.max(0, colon)).toLowerCase() as Qualifier;
  const needsNames = qualifier === 'video' || qualifier === 'persona';
  const { data: names } = useQuery(FilterNames, needsNames ? {} : null);
  if (colon < 0) {
    return qualifiers
      .filter((name) => name.startsWith(word.toLowerCase()))
      .filter((name) => name !== 'owner' || role === 'OPERATOR')
      .map((name) => ({ text: `${name}:`, hint: m.hints[name] }));
  }

  function listValues(): { value: string; hint: string }[] {
    switch (qualifier) {
      case 'state':
        return toValues(states, controls.states);
      case 'type':
        return toValues(types, controls.types);
      case 'error':
        return errorCodes.map((value) => ({ value, hint: '' }));
      case 'after':
      case 'before':
        return Object.entries(m.times).map(([value, hint]) => ({ value, hint }));
      case 'video':
        return (names?.videos.edges ?? []).map(({ node }) => ({
          value: node.id,
          hint: node.title,
        }));
      case 'persona':
        return (names?.personas ?? []).map(({ id, name }) => ({ value: id, hint: name }));
      case 'tag':
        return collect(list, ({ tags }) => tags);
      case 'owner':
        return collect(list, ({ owner }) => (owner === null ? [] : [owner]));
      default:
        return [];
    }
  }

  const written = word
    .slice(colon + 1)
    .replaceAll('"', '')
    .toLowerCase();
  return listValues()
    .filter(({ value, hint }) => `${value} ${hint}`.toLowerCase().includes(written))
    .slice(0, maxSuggestions)
    .map(({ value, hint }) => ({
      text: `${qualifier}:${value}`,
      hint,
      term: { qualifier, value },
    }));
}

function toValues<Value extends string>(
  known: Readonly<Record<string, Value>>,
  words: Readonly<Record<Value, string>>,
): { value: string; hint: string }[] {
  return Object.entries(known).map(([value, name]) => ({ value, hint: words[name] }));
}

/** What the jobs that are loaded have. */
function collect(
  list: JobList,
  valuesOf: (job: NonNullable<ReturnType<JobList['find']>>) => readonly string[],
): { value: string; hint: string }[] {
  const counts = new Map<string, number>();
  for (const id of list.get().ids) {
    for (const value of valuesOf(list.find(id)!)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([value, count]) => ({ value, hint: String(count) }));
}
