import { createContext, useContext } from 'react';

export interface Viewer {
  /** Undefined for the holder of a ticket, who is nobody. */
  owner: string | undefined;
  role: 'USER' | 'OPERATOR' | 'TICKET';
  /** When their token ends; null if it does not, or is a ticket. */
  expiresAt: string | null;
}

export const ViewerContext = createContext<Viewer>({
  owner: undefined,
  role: 'USER',
  expiresAt: null,
});

/** Who looks at the page. What they may not do is absent, not disabled. */
export const useViewer = (): Viewer => useContext(ViewerContext);
