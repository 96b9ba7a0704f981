import type { TransportName } from './transport.ts';

/** What a page may show of the connection. */
export interface WireStatus {
  /** `idle`: nothing is watched. `offline`: not connected, and trying again. */
  readonly state: 'idle' | 'connecting' | 'live' | 'offline';
  readonly transport: TransportName | undefined;
  /** Since when it has been in this state, in ms since 1970. */
  readonly since: number;
  /** Versions, lines and jobs that came after the last interruption, because of it. */
  readonly missed: number;
}

export interface Status {
  get: () => WireStatus;
  enter: (state: WireStatus['state'], transport?: TransportName) => void;
  addMissed: (count: number) => void;
  subscribe: (listener: () => void) => () => void;
}

export function createStatus(): Status {
  const listeners = new Set<() => void>();
  let status: WireStatus;

  function change(next: WireStatus): void {
    status = next;
    for (const listener of listeners) listener();
  }

  function enter(state: WireStatus['state'], transport?: TransportName): void {
    const since = state === status?.state ? status.since : Date.now();
    change({ state, transport, since, missed: 0 });
  }

  enter('idle');
  return {
    get: () => status,
    enter,
    addMissed: (count) => change({ ...status, missed: status.missed + count }),
    subscribe: (listener) => {
      const own = () => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}
