import { useEffect, useRef } from 'react';
import type { Document } from '../api/document.ts';
import { useQuery } from '../api/use-query.ts';
import type { QueryView } from '../api/use-query.ts';

/** What a query answers, asked again whenever `moment` differs: what is not pushed follows what is. */
export function useFollowedQuery<Data, Variables extends object>(
  document: Document<Data, Variables>,
  variables: Variables | null,
  moment: string,
): QueryView<Data> {
  const view = useQuery(document, variables);
  const { refetch } = view;
  const asked = useRef(moment);
  useEffect(() => {
    if (asked.current === moment) return;
    asked.current = moment;
    refetch();
  }, [moment, refetch]);
  return view;
}
