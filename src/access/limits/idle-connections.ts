import { toNetwork } from './keys.ts';

/** A connection, as far as it is closed here. */
interface Closable {
  destroy: () => void;
}

/** Connections without a request. Only their address is known. */
export interface IdleConnections {
  /** Call when it becomes idle. If an address has too many, the one that has been idle for longest is closed. */
  add: (address: string, connection: Closable) => void;
  delete: (address: string, connection: Closable) => void;
}

/**
 * At most this many for each address; null: no limit. New connections are never refused, so that clients that send a request
 * at once get in, however many idle ones their address has.
 */
export function createIdleConnections(limit: number | null, onClosed: () => void): IdleConnections {
  if (limit === null) return { add: () => undefined, delete: () => undefined };
  /** By network, the longest idle first. */
  const silent = new Map<string, Set<Closable>>();

  function remove(network: string, connection: Closable): void {
    const ofNetwork = silent.get(network);
    if (ofNetwork?.delete(connection) && ofNetwork.size === 0) silent.delete(network);
  }

  return {
    add: (address, connection) => {
      const network = toNetwork(address);
      const ofNetwork = silent.get(network) ?? new Set();
      silent.set(network, ofNetwork.add(connection));
      if (ofNetwork.size <= limit) return;
      const [longest] = ofNetwork;
      remove(network, longest!);
      onClosed();
      longest!.destroy();
    },
    delete: (address, connection) => remove(toNetwork(address), connection),
  };
}
