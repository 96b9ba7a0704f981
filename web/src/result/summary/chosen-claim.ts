import { createContext, useContext } from 'react';

/** The claim that is pointed at, in the text or in the list, and how to point. */
export const ChosenClaimContext = createContext<{
  id: string | undefined;
  choose: (id: string | undefined) => void;
}>({ id: undefined, choose: () => undefined });

export const useChosenClaim = () => useContext(ChosenClaimContext);
