import { toNetwork } from './keys.ts';

/** What can be closed, of whoever is at the other end. */
interface Closable {
  destroy: () => void;
}

/** Connections that ask for nothing: of whom they are, their address is all that is known. */
export interface IdleConnections {
  /** From now on it is silent. Of too many at one address, the one that has been so for longest is closed. */
  add: (address: string, connection: Closable) => void;
  delete: (address: string, connection: Closable) => void;
}

/**
 * At most this many an address; null: as many as one likes. None is refused: who speaks at once gets in, however many of the
 * same address say nothing.
 */
export function createIdleConnections(limit: number | null, onClosed: () => void): IdleConnections {
  if (limit === null) return { add: () => undefined, delete: () => undefined };
  /** By network, in the order of their last word. */
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
