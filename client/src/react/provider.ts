import { createContext, createElement, useContext } from 'react';
import type { ReactNode } from 'react';
import { createJobs } from '../create-jobs.ts';
import type { Jobs } from '../jobs.ts';

const Context = createContext<Jobs | undefined>(undefined);
let shared: Jobs | undefined;

/** Gives the hooks below it another client than that of `/graphql` of the page's own server. */
export function JobsProvider({ jobs, children }: { jobs: Jobs; children?: ReactNode }): ReactNode {
  return createElement(Context, { value: jobs }, children);
}

/** The client of the hooks. */
export function useClient(): Jobs {
  return useContext(Context) ?? (shared ??= createJobs({ url: '/graphql' }));
}
