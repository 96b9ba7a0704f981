import type { JobFilter, Jobs } from 'fovea-jobs-client';
import { createJobList } from './job-list.ts';
import type { JobList } from './job-list.ts';

/** So long a list that nobody looks at stays as it was, in ms: for whoever comes back from a job. */
const keepMs = 60_000;

export interface KeptList {
  list: JobList;
  /** Keeps it until the returned function is called, and a little longer. */
  hold: () => () => void;
}

const lists = new WeakMap<Jobs, Map<string, KeptList>>();

/** The same list for the same filter, also a while after its last user has left. */
export function findJobList(client: Jobs, filter: JobFilter): KeptList {
  const known = lists.get(client) ?? new Map<string, KeptList>();
  lists.set(client, known);
  const key = JSON.stringify(filter);
  const found = known.get(key);
  if (found) return found;
  const list = createJobList(client, filter);
  const made = keep(list, () => known.delete(key));
  known.set(key, made);
  return made;
}

function keep(list: JobList, forget: () => void): KeptList {
  let users = 0;
  let timer: ReturnType<typeof setTimeout>;
  function leaveLater(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (users > 0) return;
      forget();
      list.close();
    }, keepMs);
  }
  // What is asked for while a page is made, and never shown, is not kept either.
  leaveLater();
  return {
    list,
    hold: () => {
      users += 1;
      return () => {
        users -= 1;
        leaveLater();
      };
    },
  };
}
